package io.dflockd.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were measured on. */
public final class Machine {
    private Machine() {}

    /** Processors, load, kernel and JDK in one line. */
    public static String describe() throws IOException {
        return "%s, %d processors, load %s before the start, Linux %s, JDK %s; client and servers on it together, loopback"
                .formatted(
                        processor(),
                        Runtime.getRuntime().availableProcessors(),
                        Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0],
                        System.getProperty("os.version"),
                        Runtime.version());
    }

    private static String processor() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo"))
                .stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
