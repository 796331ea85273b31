package dev.latchkey.cli;

import dev.latchkey.client.KeyClientException;
import java.util.ArrayList;
import java.util.List;

/** What a failure of the client library means for a person at the command line. */
final class ClientFailures {

    private static final String NOTHING_SENT = "Nothing was sent";
    private static final String ACCEPT = " To take the server as it is now, knowingly: latchkey login --accept-change";
    private static final String TRY_AGAIN = "Try again; if it stays, ask the server's operator.";

    private ClientFailures() {}

    static CommandFailure explain(KeyClientException e) {
        CommandFailure failure = failure(e).because(e);
        return e.retryAfter().map(failure::retryAfter).orElse(failure);
    }

    private static CommandFailure failure(KeyClientException e) {
        return switch (e.reason()) {
            case WRONG_PASSWORD ->
                new CommandFailure(
                        FailureCode.WRONG_PASSWORD,
                        "The password is wrong, or there is no such account; which of the two, the server does not tell.",
                        "Nothing was changed. The attempt counts: ten are allowed, and one more every 2 hours.",
                        "Check the account's name and the keyboard's layout, and try again.");
            case NAME_TAKEN ->
                new CommandFailure(
                        FailureCode.NAME_TAKEN,
                        "This account name belongs to somebody already.",
                        "Nothing was stored.",
                        "Choose another name; if the account is yours: latchkey login");
            case LABEL_EXISTS ->
                new CommandFailure(
                        FailureCode.LABEL_EXISTS,
                        "There is a secret with this label already.",
                        "It was left as it is, and nothing was stored or changed.",
                        "Choose another label; latchkey list shows those in use.");
            case NOT_FOUND ->
                new CommandFailure(
                        FailureCode.NOT_FOUND,
                        "There is no such secret.",
                        CommandFailure.NOTHING_CHANGED,
                        "latchkey list shows the labels in use.");
            case SESSION_ENDED -> sessionEnded(e.mayHaveBeenDone());
            case SERVER_CHANGED -> changed(FailureCode.SERVER_CHANGED, e);
            case ROLLED_BACK -> changed(FailureCode.ROLLED_BACK, e);
            case MEMORY_UNUSABLE -> changed(FailureCode.MEMORY_UNUSABLE, e);
            case MEMORY_UNWRITABLE -> inItsOwnWords(FailureCode.FILE_UNWRITABLE, e);
            case UNTRUSTED_SERVER -> untrusted(e);
            case LOCKED_OUT -> inItsOwnWords(FailureCode.LOCKED_OUT, e);
            case THROTTLED -> inItsOwnWords(FailureCode.THROTTLED, e);
            case CONFLICT -> inItsOwnWords(FailureCode.CONFLICT, e);
            case LIMIT_REACHED -> inItsOwnWords(FailureCode.LIMIT_REACHED, e);
            case UNREACHABLE -> inItsOwnWords(FailureCode.UNREACHABLE, e);
            case INTEGRITY -> inItsOwnWords(FailureCode.INTEGRITY, e);
            case WEAK_SERVER_PARAMETERS -> inItsOwnWords(FailureCode.WEAK_SERVER_PARAMETERS, e);
            case REFUSED -> inItsOwnWords(FailureCode.REFUSED, e);
        };
    }

    /** @param unanswered whether an answer was lost before */
    static CommandFailure sessionEnded(boolean unanswered) {
        return unanswered
                ? new CommandFailure(
                        FailureCode.SESSION_ENDED,
                        "The session ended before the server's answer came.",
                        "Whether it did what was asked last is not known; what it acknowledged before is kept.",
                        "latchkey list and latchkey audit show what is there; run the command again if it was not done.")
                : new CommandFailure(
                        FailureCode.SESSION_ENDED,
                        "The session ended before the command was done.",
                        "What the server acknowledged before is kept; what was asked last was not done.",
                        "Run the command again.");
    }

    /** The library says in this order what happened, what was kept and what to do; the middle may be part of the first. */
    private static CommandFailure inItsOwnWords(FailureCode code, KeyClientException e) {
        List<String> sentences = Sentences.of(e.getMessage());
        int last = sentences.size() - 1;
        return switch (sentences.size()) {
            case 1 -> new CommandFailure(code, sentences.get(0), "", TRY_AGAIN);
            case 2 -> new CommandFailure(code, sentences.get(0), "", sentences.get(1));
            default ->
                new CommandFailure(
                        code, sentences.get(0), String.join(" ", sentences.subList(1, last)), sentences.get(last));
        };
    }

    /** Only a person can know whether it is right that things are not as this device remembers them. */
    private static CommandFailure changed(FailureCode code, KeyClientException e) {
        CommandFailure own = inItsOwnWords(code, e);
        return new CommandFailure(code, own.what(), own.kept(), own.next() + ACCEPT);
    }

    private static CommandFailure untrusted(KeyClientException e) {
        List<String> sentences = new ArrayList<>(Sentences.of(e.getMessage()));
        String what = sentences.remove(0);
        sentences.removeIf(sentence -> sentence.startsWith(NOTHING_SENT));
        sentences.add(
                "The authority is the one of --ca or LATCHKEY_CA, or else the one of the last register, or else one the"
                        + " system trusts.");
        return new CommandFailure(
                FailureCode.UNTRUSTED_SERVER, what, "Nothing was sent to it.", String.join(" ", sentences));
    }
}
