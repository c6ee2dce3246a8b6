package io.dflockd.acceptance.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How long the threads which an answer passes were ready to run and had no processor, as the kernel counts it for each: the
 * server's I/O threads, the one that collects its garbage, and the thread that asks. It is what attackers and whatever else
 * runs on the machine took, and no doing of the server's. Collections, and everything else that the server does with the
 * processors it gets or does not do, is not in it. For the thread that asks. Zero where the kernel does not tell.
 */
final class WaitForProcessor implements AutoCloseable {
    /** Who compiles, logs or lists is not between a request and its answer. */
    private static final Pattern ON_THE_WAY = Pattern.compile("dflockd-io.*|VM Thread");
    private static final int FIELDS = 128;

    private final List<FileChannel> threads = new ArrayList<>();
    private final ByteBuffer fields = ByteBuffer.allocate(FIELDS);

    /** Of the calling thread and the server whose process this is. */
    WaitForProcessor(long server) {
        open(Path.of("/proc/thread-self"));
        var tasks = Path.of("/proc", Long.toString(server), "task");
        if (!Files.isDirectory(tasks)) {
            return;
        }
        try (var all = Files.newDirectoryStream(tasks)) {
            for (var task : all) {
                if (ON_THE_WAY.matcher(name(task)).matches()) {
                    open(task);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            // It ended meanwhile.
            return "";
        }
    }

    private void open(Path task) {
        try {
            threads.add(FileChannel.open(task.resolve("schedstat"), StandardOpenOption.READ));
        } catch (IOException e) {
            // It ended meanwhile, or this kernel does not count.
        }
    }

    /** The sum up to now. */
    long nanos() {
        long sum = 0;
        for (var thread : threads) {
            sum += nanosOf(thread);
        }
        return sum;
    }

    /** The second of three numbers: run, waited, how often. */
    private long nanosOf(FileChannel thread) {
        fields.clear();
        try {
            if (thread.read(fields, 0) <= 0) {
                return 0;
            }
        } catch (IOException e) {
            // A process that ended waits for nothing any more.
            return 0;
        }
        fields.flip();
        while (fields.get() != ' ') {
            // The time that it ran.
        }
        long waited = 0;
        for (byte digit = fields.get(); digit != ' '; digit = fields.get()) {
            waited = waited * 10 + digit - '0';
        }
        return waited;
    }

    @Override
    public void close() throws IOException {
        for (var thread : threads) {
            thread.close();
        }
    }
}
