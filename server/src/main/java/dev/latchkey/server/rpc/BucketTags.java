package dev.latchkey.server.rpc;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.server.rpc.ThroughputGate.Begun;
import dev.latchkey.server.store.BucketTag;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the enumeration key makes of those who are limited, so that no address is ever at rest. */
final class BucketTags {
    private final SecretBytes enumerationKey;

    /** The key stays the caller's and must outlive this. */
    BucketTags(SecretBytes enumerationKey) {
        this.enumerationKey = enumerationKey;
    }

    BucketTag address(Begun what, ClientAddress from) {
        return tag(what, "address", from.prefix());
    }

    BucketTag account(Begun what, AccountName name) {
        return tag(what, "account", name.utf8());
    }

    /** Of the name together with a ticket, good or not: strangers who crowd the name do not crowd a device's logins. */
    BucketTag account(Begun what, AccountName name, byte[] ticket) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(name.utf8());
        both.write(' ');
        both.writeBytes(ticket);
        return tag(what, "account", both.toByteArray());
    }

    /**
     * First 32 bytes of HMAC-SHA-512(enumeration_key, "latchkey/1 throughput …" ‖ value); HKDF-Extract is HMAC keyed with
     * its salt. No account name has a space in it, so that none has this for its own tag.
     */
    private BucketTag tag(Begun what, String kind, byte[] value) {
        ByteArrayOutputStream labelled = new ByteArrayOutputStream();
        labelled.writeBytes(
                ("latchkey/1 throughput " + what.label() + " " + kind + " ").getBytes(StandardCharsets.US_ASCII));
        labelled.writeBytes(value);
        try (SecretBytes message = SecretBytes.takeOwnership(labelled.toByteArray());
                SecretBytes mac = Hkdf.extract(enumerationKey.exposed(), message)) {
            return BucketTag.of(Arrays.copyOf(mac.exposed(), BucketTag.BYTES));
        }
    }
}
