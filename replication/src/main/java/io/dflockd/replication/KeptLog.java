package io.dflockd.replication;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How much of the log stays though a snapshot has it: with it a follower that was away briefly needs no snapshot. Entries
 * alone are no measure, as some are long: they would fill a disk.
 *
 * @param entries at most so many
 * @param bytes and in files that have at most so many bytes
 */
record KeptLog(long entries, long bytes) {
    /** Of a node that is alone: nobody comes back for it. */
    static final KeptLog NONE = new KeptLog(0, 0);

    /** Of a member of a cluster. */
    static final KeptLog OF_A_MEMBER = new KeptLog(20_000, 256L << 20);

    private static final Pattern FINISHED = Pattern.compile("log_(\\d+)-(\\d+)");

    /** A file of the log that is full, with the index of its last entry. */
    private record Segment(long end, long bytes) {}

    /** Up to where the log in this folder may go, of which there is a snapshot up to {@code index}. */
    long purgeable(Path folder, long index) throws IOException {
        long least = index - entries;
        long sum = 0;
        for (var segment : entries == 0 ? List.<Segment>of() : newestFirst(folder)) {
            sum += segment.bytes;
            if (sum > bytes) {
                return Math.min(index, Math.max(least, segment.end));
            }
        }
        return least;
    }

    /** The last index in the files that are finished; -1 where none is. */
    static long finished(Path folder) throws IOException {
        return newestFirst(folder).stream().mapToLong(Segment::end).findFirst().orElse(-1);
    }

    private static List<Segment> newestFirst(Path folder) throws IOException {
        var segments = new ArrayList<Segment>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                var matcher = FINISHED.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    // Ratis deletes them meanwhile, the oldest first; then it has no bytes.
                    segments.add(new Segment(Long.parseLong(matcher.group(2)), file.toFile().length()));
                }
            }
        }
        segments.sort(Comparator.comparingLong(Segment::end).reversed());
        return segments;
    }
}
