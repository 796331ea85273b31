package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * What people type, fed anything: it maps to something that stays as it is, or ends in {@link InvalidInputException}. The
 * input is read as UTF-16 units, so that half a surrogate pair is as near as a letter.
 */
class TextFuzzTest {

    @FuzzTest
    void accountName(byte[] units) {
        String typed = new String(chars(units));
        try {
            AccountName name = AccountName.of(typed);

            assertThat(AccountName.of(name.value())).isEqualTo(name);
            assertThat(AccountName.canonical(name.value())).isEqualTo(name);
            assertThat(name.utf8()).hasSizeBetween(1, AccountName.MAX_BYTES);
            assertThat(Normalizer.isNormalized(name.value(), Normalizer.Form.NFC))
                    .isTrue();
        } catch (InvalidInputException e) {
            assertThat(e.subject()).isEqualTo(Subject.ACCOUNT_NAME);
        }
    }

    @FuzzTest
    void canonicalAccountName(byte[] units) {
        String received = new String(chars(units));
        try {
            assertThat(AccountName.canonical(received).value()).isEqualTo(received);
        } catch (InvalidInputException e) {
            assertThat(e.subject()).isEqualTo(Subject.ACCOUNT_NAME);
        }
    }

    @FuzzTest
    void password(byte[] units) {
        char[] typed = chars(units);
        char[] before = typed.clone();
        try (Password password = Password.of(typed)) {
            byte[] utf8 = password.utf8().copyBytes();
            String mapped = new String(utf8, StandardCharsets.UTF_8);

            assertThat(utf8).hasSizeBetween(1, Password.MAX_BYTES);
            assertThat(Normalizer.isNormalized(mapped, Normalizer.Form.NFC)).isTrue();
            try (Password again = Password.of(mapped.toCharArray())) {
                assertThat(again.utf8().copyBytes()).isEqualTo(utf8);
            }
            String spaced = new String(typed).replaceAll("\\p{Zs}", " ");
            assertThat(mapped).isEqualTo(Normalizer.normalize(spaced, Normalizer.Form.NFC));
        } catch (InvalidInputException e) {
            assertThat(e.subject()).isEqualTo(Subject.PASSWORD);
        }
        assertThat(Arrays.equals(typed, before)).isTrue();
    }

    @FuzzTest
    void label(byte[] units) {
        try {
            Label label = Label.of(new String(chars(units)));

            assertThat(Label.of(label.value())).isEqualTo(label);
            assertThat(Label.read(label.utf8())).isEqualTo(label);
            assertThat(label.utf8()).hasSizeBetween(1, Label.MAX_BYTES);
        } catch (InvalidInputException e) {
            assertThat(e.subject()).isEqualTo(Subject.LABEL);
        } catch (IntegrityException e) {
            throw new AssertionError("a label that was typed must be readable", e);
        }
    }

    private static char[] chars(byte[] units) {
        char[] chars = new char[units.length / 2];
        ByteBuffer.wrap(units).asCharBuffer().get(chars);
        return chars;
    }
}
