package io.dflockd.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The terminal as a page that is shown anew, by the control sequences that all terminals know. What was there before comes back
 * when it is closed, and when the process is ended by a signal. The shell is asked for what only the kernel knows.
 */
public final class Screen implements AutoCloseable {
    private static final String OTHER_PAGE = "\033[?1049h\033[?25l";
    private static final String FORMER_PAGE = "\033[?25h\033[?1049l";
    private static final String HOME = "\033[H";
    private static final String END_OF_LINE = "\033[K";
    private static final String END_OF_PAGE = "\033[J";
    private static final String BOLD = "\033[1m";
    private static final String PLAIN = "\033[0m";
    private static final Size USUAL = new Size(24, 80);
    private static final int LOOK_MS = 50;

    private final String former;
    private final InputStream keys = System.in;
    private final PrintStream out = new PrintStream(System.out, false, UTF_8);
    private final Thread hook = new Thread(this::restore, "dflock-screen");
    private final AtomicBoolean isRestored = new AtomicBoolean();

    /** How much there is room for. */
    public record Size(int rows, int columns) {}

    private Screen(String former) {
        this.former = former;
    }

    /** Whether both input and output are a terminal. */
    public static boolean isThere() {
        try {
            return new ProcessBuilder("/bin/sh", "-c", "test -t 0 && test -t 1")
                    .redirectInput(Redirect.INHERIT)
                    .redirectOutput(Redirect.INHERIT)
                    .redirectError(Redirect.DISCARD)
                    .start()
                    .waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Takes the terminal: keys come one by one and are not shown. */
    public static Screen open() throws InterruptedException {
        var screen = new Screen(stty("-g"));
        Runtime.getRuntime().addShutdownHook(screen.hook);
        stty("-icanon -echo min 1");
        screen.out.print(OTHER_PAGE);
        screen.out.flush();
        return screen;
    }

    /** That of now: a window may have become another. */
    public Size size() throws InterruptedException {
        var numbers = stty("size").split(" ", -1);
        try {
            int rows = Integer.parseInt(numbers[0]);
            int columns = numbers.length == 2 ? Integer.parseInt(numbers[1]) : 0;
            return rows > 0 && columns > 0 ? new Size(rows, columns) : USUAL;
        } catch (NumberFormatException e) {
            return USUAL;
        }
    }

    /** Shows these lines and nothing else, the first of them bold; what is too wide or too long is cut off. */
    public void show(List<String> lines) throws InterruptedException {
        var size = size();
        var page = new StringBuilder(HOME);
        int most = Math.min(lines.size(), size.rows());
        for (int i = 0; i < most; i++) {
            var line = lines.get(i);
            int end = Math.min(line.length(), size.columns());
            page.append(i == 0 ? BOLD : "")
                    .append(line, 0, end)
                    .append(i == 0 ? PLAIN : "")
                    .append(END_OF_LINE)
                    .append(i + 1 < most ? "\r\n" : "");
        }
        page.append(END_OF_PAGE);
        out.print(page);
        out.flush();
    }

    /** Whether somebody wants it to end, by q or the end of the input, before that time is over. */
    public boolean isEndedWithin(Duration time) throws InterruptedException {
        long endsAt = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - endsAt < 0) {
            try {
                while (keys.available() > 0) {
                    int key = keys.read();
                    if (key == 'q' || key == 'Q' || key < 0) {
                        return true;
                    }
                }
            } catch (IOException e) {
                return true; // the terminal is gone
            }
            if (out.checkError()) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        return false;
    }

    private static String stty(String arguments) throws InterruptedException {
        try {
            var asked = new ProcessBuilder("/bin/sh", "-c", "stty " + arguments)
                    .redirectInput(Redirect.INHERIT)
                    .redirectError(Redirect.DISCARD)
                    .start();
            var said = new String(asked.getInputStream().readAllBytes(), UTF_8).strip();
            return asked.waitFor() == 0 ? said : "";
        } catch (IOException e) {
            return "";
        }
    }

    private void restore() {
        if (!isRestored.compareAndSet(false, true)) {
            return;
        }
        out.print(FORMER_PAGE);
        out.flush();
        try {
            stty(former.matches("[0-9A-Za-z:=]+") ? former : "sane");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the process ends, and the hook has done or does the same
        }
    }
}
