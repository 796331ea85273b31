package dev.latchkey.protocol;

import java.util.Arrays;
import java.util.Optional;

/** What an entry of the audit chain reports (§7). The codes are never reused. */
public enum AuditAction {
    /** 1: the account came to be; the first entry of every chain. */
    ACCOUNT_REGISTERED(1),
    /** 2: a request session was opened with the password. */
    SESSION_OPENED(2),
    /** 3: a login was begun and not finished, or finished with a KE3 that did not verify. */
    LOGIN_FAILED(3),
    /** 4: a secret was stored under a new key id. */
    SECRET_STORED(4),
    /** 5: a secret took the place of an older one. */
    SECRET_REPLACED(5),
    /** 6: a secret was fetched, to be used on the device, as the client claimed. */
    SECRET_RETRIEVED_LOCAL_USE(6),
    /** 7: a secret was fetched, to be handed out, as the client claimed. */
    SECRET_RETRIEVED_EXPORT(7),
    /** 8: a secret got another label. */
    SECRET_RENAMED(8),
    /** 9: a secret was deleted. */
    SECRET_DELETED(9),
    /** 10: the server made a secret, which it therefore knows. */
    SECRET_GENERATED_AT_SERVER(10),
    /** 11: the password was changed. */
    PASSWORD_CHANGED(11),
    /** 12: the account was deleted; the last entry. */
    ACCOUNT_DELETED(12),
    /** 13: an account session, which may change the password or delete the account, was opened. */
    ACCOUNT_SESSION_OPENED(13),
    /** 14: a device got a ticket, its first or another. */
    DEVICE_ADDED(14),
    /** 15: the ticket of a device is void: the owner said so, or another device took its place. */
    DEVICE_REVOKED(15),
    /** 16: the owner closed a session from another one. */
    SESSION_CLOSED_BY_OWNER(16);

    private final int code;

    AuditAction(int code) {
        this.code = code;
    }

    /** The number in an entry. */
    public int code() {
        return code;
    }

    /** The action with this number, or nothing when this version does not know it. */
    public static Optional<AuditAction> ofCode(int code) {
        return Arrays.stream(values()).filter(action -> action.code == code).findAny();
    }
}
