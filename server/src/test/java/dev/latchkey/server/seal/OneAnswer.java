package dev.latchkey.server.seal;

import java.security.SecureRandom;

/** A random source that gives the same bytes whenever it is asked for that many, and fails if it is asked for others. */
final class OneAnswer extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private final transient byte[] answer;

    OneAnswer(byte[] answer) {
        this.answer = answer;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        if (bytes.length != answer.length) {
            throw new AssertionError("asked for " + bytes.length + " bytes");
        }
        System.arraycopy(answer, 0, bytes, 0, answer.length);
    }
}
