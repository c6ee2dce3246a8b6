package io.dflockd.acceptance.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel tells of processes, and tells them. Linux only. */
final class Processes {
    private Processes() {}

    /** Whether it runs: it is there, and neither stopped nor a zombie. */
    static boolean runs(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return "RSD".indexOf(state) >= 0;
        } catch (IOException e) {
            return false; // it ended, perhaps while it was read
        }
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
