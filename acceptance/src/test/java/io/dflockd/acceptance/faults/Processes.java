package io.dflockd.acceptance.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel tells of processes, and tells them. Linux only. */
final class Processes {
    private static final int STATE = 0;
    private static final int BEGAN = 19;

    private Processes() {}

    /** One of them: another that gets its number later, or a thread that does, began at another moment. */
    record Id(long pid, String began) {}

    /** That which has the number now; one that never runs where there is none any more. */
    static Id of(long pid) {
        try {
            return new Id(pid, stat(pid)[BEGAN]);
        } catch (IOException e) {
            return new Id(pid, "never");
        }
    }

    /** Whether it runs: it is there, and neither stopped nor a zombie. */
    static boolean runs(Id id) {
        try {
            var stat = stat(id.pid);
            return stat[BEGAN].equals(id.began) && "RSD".contains(stat[STATE]);
        } catch (IOException e) {
            return false; // it ended, perhaps while it was read
        }
    }

    /** What is behind the name, see proc(5). */
    private static String[] stat(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    /** Sends the signal to all of these, in this order. */
    static void signal(String name, long... pids) {
        for (long pid : pids) {
            try {
                var unused = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new IllegalStateException("cannot send signals", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    static int openDescriptors() {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return (int) descriptors.count();
        } catch (IOException e) {
            throw new IllegalStateException("cannot count descriptors", e);
        }
    }
}
