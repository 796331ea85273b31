package dev.latchkey.opaque;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class IdentitiesTest {

    private static final byte[] PUBLIC_KEY = {7, 8};

    @Test
    void none_bothSides_areTheirPublicKeys() {
        assertThat(Identities.none().clientOr(PUBLIC_KEY)).containsExactly(0, 2, 7, 8);
        assertThat(Identities.none().serverOr(PUBLIC_KEY)).containsExactly(0, 2, 7, 8);
    }

    @Test
    void ofClient_name_namesTheClientOnly() {
        Identities identities = Identities.ofClient(new byte[] {1, 2, 3});
        assertThat(identities.clientOr(PUBLIC_KEY)).containsExactly(0, 3, 1, 2, 3);
        assertThat(identities.serverOr(PUBLIC_KEY)).containsExactly(0, 2, 7, 8);
    }

    @Test
    void of_twoNames_namesBoth() {
        Identities identities = Identities.of(new byte[] {1}, new byte[] {2});
        assertThat(identities.clientOr(PUBLIC_KEY)).containsExactly(0, 1, 1);
        assertThat(identities.serverOr(PUBLIC_KEY)).containsExactly(0, 1, 2);
    }

    @Test
    void of_longestName_hasItsLengthInTwoBytes() {
        byte[] withLength = Identities.ofClient(new byte[65535]).clientOr(PUBLIC_KEY);
        assertThat(withLength).hasSize(65537).startsWith(0xFF, 0xFF);
    }

    @Test
    void of_arrayChangedAfterwards_isNotChanged() {
        byte[] name = {1};
        Identities identities = Identities.ofClient(name);
        name[0] = 2;
        assertThat(identities.clientOr(PUBLIC_KEY)).containsExactly(0, 1, 1);
    }

    @Test
    void of_emptyOrTooLongName_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Identities.ofClient(new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> Identities.of(null, new byte[65536]));
    }
}
