package io.dflockd.benchmarks.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The processor time of a JVM without that of its compilers, who are at work because it is young and not because it was
 * asked something. Linux only.
 */
final class ServerCpu {
    private ServerCpu() {}

    static long nanos(long pid) throws IOException {
        long nanos = 0;
        try (var threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (var thread : threads) {
                nanos += nanosOf(thread);
            }
        }
        return nanos;
    }

    private static long nanosOf(Path thread) throws IOException {
        try {
            var name = Files.readString(thread.resolve("comm"));
            if (name.startsWith("C1 ") || name.startsWith("C2 ")) {
                return 0;
            }
            return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", 2)[0]);
        } catch (NoSuchFileException e) {
            return 0; // It has just ended; those that come and go are compilers.
        }
    }
}
