package io.dflockd.benchmarks.scaling;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** How much of a JVM's heap is in use, garbage left out. Takes a third of a second and lets that JVM collect its garbage. */
final class LiveHeap {
    private LiveHeap() {}

    /** Asks the JVM with this process id, which must be of the same JDK and user. */
    static long bytes(long pid) throws IOException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram").redirectErrorStream(true)
                .start();
        var histogram = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return total(histogram);
    }

    /** The bytes of the last line: {@code Total INSTANCES BYTES}. */
    static long total(String histogram) throws IOException {
        var words = histogram.strip().split("\\s+", -1);
        try {
            if (words.length >= 3 && words[words.length - 3].equals("Total")) {
                return Long.parseLong(words[words.length - 1]);
            }
        } catch (NumberFormatException e) {
            // It is as unexpected as any other end.
        }
        throw new IOException("jcmd GC.class_histogram ended unexpectedly: " + histogram.lines().limit(3).toList());
    }
}
