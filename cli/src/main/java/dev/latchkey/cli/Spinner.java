package dev.latchkey.cli;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One line on a screen that moves until it is closed, and then is gone. */
final class Spinner implements AutoCloseable {

    private static final String UNICODE_FRAMES = "\u280b\u2819\u2839\u2838\u283c\u2834\u2826\u2827\u2807\u280f";
    private static final String ASCII_FRAMES = "|/-\\";
    private static final int FRAME_MILLIS = 100;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream screen;
    private final String text;
    private final String frames;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::spin, "spinner");

    private Spinner(PrintStream screen, String text, String frames) {
        this.screen = screen;
        this.text = text;
        this.frames = frames;
    }

    static Spinner start(PrintStream screen, String text, Style style) {
        Spinner spinner = new Spinner(screen, text, style.sign(UNICODE_FRAMES, ASCII_FRAMES));
        spinner.thread.setDaemon(true);
        spinner.thread.start();
        return spinner;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void spin() {
        try {
            int frame = 0;
            do {
                screen.print(CLEAR_LINE + frames.charAt(frame % frames.length()) + " " + text);
                screen.flush();
                frame++;
            } while (!closed.await(FRAME_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            screen.print(CLEAR_LINE);
            screen.flush();
        }
    }
}
