package io.dflockd.acceptance.faults;

import io.dflockd.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A {@link HolderHost}, seen from outside. */
final class HostedHolders implements AutoCloseable {
    /** Its standard output is for what it tells. */
    static final String NO_LOG = "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Map<Integer, Journal> journals = new ConcurrentHashMap<>();
    /** {@code NUMBER VERB} of what was done, or of what failed. */
    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private final List<String> left = new CopyOnWriteArrayList<>();
    private volatile boolean ready;

    HostedHolders(long seed, Duration longestStop, String server) {
        try {
            process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", NO_LOG, "-cp",
                    System.getProperty("java.class.path"), HolderHost.class.getName(), Long.toString(seed),
                    Long.toString(longestStop.toMillis()), server)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var reader = new Thread(this::read, "faults-host");
        reader.setDaemon(true);
        reader.start();
        Eventually.await("the process of holders is ready", PATIENCE, () -> ready);
    }

    /** The holder of this case, there; the journal is filled in here, at the latest when it has released. */
    Holder holder(FaultCase of, Journal journal) {
        journals.put(of.number(), journal);
        return new Hosted(of.number(), journal);
    }

    void setStopped(boolean stopped) {
        Processes.signal(stopped ? "STOP" : "CONT", process.pid());
    }

    /** Ends it, and returns what its holders left behind in it. */
    List<String> end() throws IOException {
        process.getOutputStream().close();
        Eventually.await("the process of holders ends", PATIENCE, () -> !process.isAlive());
        return List.copyOf(left);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        try (var in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                take(line.split(" ", 3));
            }
        } catch (IOException e) {
            // The process is gone.
        }
    }

    private void take(String[] words) {
        var journal = journals.getOrDefault(Integer.parseInt(words[0]), new Journal());
        switch (words[1]) {
            case "ready" -> ready = true;
            case "left" -> left.add(words[2]);
            case "granted" -> {
                var numbers = words[2].split(" ", -1);
                journal.granted(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
            }
            case "told" -> {
                var rest = words[2].substring(words[2].indexOf(' ') + 1).split(":", 2);
                journal.told(Long.parseLong(words[2].split(" ", 2)[0]), rest[0], rest[1]);
            }
            case "believed" -> journal.believed(Long.parseLong(words[2]));
            case "remark" -> journal.remark(words[2]);
            case "failed" -> {
                journal.remark("failed: " + words[2]);
                done.add(words[0] + " " + words[2].split(" ", 2)[0]);
            }
            case "done" -> done.add(words[0] + " " + words[2]);
            default -> {
                // the end of its output
            }
        }
    }

    private synchronized void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    private final class Hosted implements Holder {
        private final int number;
        private final Journal journal;

        private Hosted(int number, Journal journal) {
            this.number = number;
            this.journal = journal;
        }

        @Override
        public void acquire() throws IOException {
            ask("acquire");
            if (!journal.isGranted()) {
                throw new IOException("not acquired: " + journal.remarks());
            }
        }

        @Override
        public void release() throws IOException {
            ask("release");
            journal.over();
        }

        @Override
        public void close() throws IOException {
            ask("close");
        }

        private void ask(String verb) throws IOException {
            say(verb + " " + number);
            Eventually.await(verb + " of case " + number, PATIENCE, () -> done.contains(number + " " + verb));
        }
    }
}
