package io.dflockd.replication;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole log, with Ratis' own reader, before Ratis opens it. Left alone, Ratis stops at the torn end that a power
 * cut leaves in a file whose room was reserved, and with its other policy drops what follows the first bad record, whether
 * it was acknowledged or not; where a length was damaged it may do so with either.
 *
 * <p>What is bad in the last file, with no whole record behind it, was being written when the power went: it is cut off.
 * Anything else stops the node, as it is a loss that only the operator can judge.
 */
final class LogCheck {
    private static final Logger LOG = LoggerFactory.getLogger(LogCheck.class);
    private static final String REMEDY = "in a cluster remove this node and add it anew under another name, else put the folder back from a copy";

    /**
     * What there is.
     *
     * @param records how many, in all files
     * @param firstIndex the index of the first; 0 where there are no files
     * @param nextIndex the index behind the last; that of the first where there is none
     * @param cutAt where the last file was cut; empty where all was well
     */
    record Result(long records, long firstIndex, long nextIndex, Optional<Long> cutAt) {
        /** Refuses a log of which some is missing between a snapshot and its first record. */
        void requireFrom(Path current, long snapshotIndex) throws DataFolderException {
            if (firstIndex > snapshotIndex + 1) {
                throw new DataFolderException(current, "begins with record " + firstIndex
                        + (snapshotIndex < 0
                                ? ", and there is no whole snapshot"
                                : ", and the newest whole snapshot ends with record " + snapshotIndex),
                        REMEDY);
            }
        }
    }

    private static final String LOST = "lost_";

    /** Something is missing or not whole at this byte of a file. */
    private static final class Damage extends Exception {
        private static final long serialVersionUID = 1L;

        final long offset;

        Damage(long offset, String reason) {
            super(reason);
            this.offset = offset;
        }
    }

    private final SizeInBytes maxRecord;
    private final boolean acceptsLoss;
    private long records;
    private long nextIndex;

    private LogCheck(SizeInBytes maxRecord, boolean acceptsLoss) {
        this.maxRecord = maxRecord;
        this.acceptsLoss = acceptsLoss;
    }

    /**
     * Checks the segments in Ratis' folder {@code current}, which need not be there yet.
     *
     * @param acceptsLoss whether to go on with what is before the damage, and to put aside what is behind it. Only for a node
     *     that has no others: what they have would contradict it
     */
    static Result check(Path current, SizeInBytes maxRecord, boolean acceptsLoss) throws IOException {
        return new LogCheck(maxRecord, acceptsLoss).check(current);
    }

    private Result check(Path current) throws IOException {
        var segments = segments(current);
        var cutAt = Optional.<Long>empty();
        for (int i = 0; i < segments.size() && cutAt.isEmpty(); i++) {
            try {
                cutAt = check(segments, i);
            } catch (Damage damage) {
                if (!acceptsLoss) {
                    throw new DataFolderException(segments.get(i).path,
                            "is damaged at byte " + damage.offset + ": it " + damage.getMessage(), REMEDY, damage);
                }
                putAside(segments.subList(i, segments.size()), damage);
                cutAt = Optional.of(damage.offset);
            }
        }
        return new Result(records, segments.isEmpty() ? 0 : segments.get(0).start, nextIndex, cutAt);
    }

    private Optional<Long> check(List<Segment> segments, int place) throws IOException, Damage {
        var segment = segments.get(place);
        if (place > 0 && segment.start != nextIndex) {
            throw new Damage(0, "begins with record " + segment.start + ", but the files before end with "
                    + (nextIndex - 1));
        }
        nextIndex = segment.start;
        if (segment.isOpen() && place < segments.size() - 1) {
            throw new Damage(0, "was never closed, yet there are later files");
        }
        return check(segment);
    }

    /** Leaves of the first what is before the damage, and of the others nothing, but all of it under other names. */
    private static void putAside(List<Segment> segments, Damage damage) throws IOException {
        var first = segments.get(0);
        for (var segment : segments) {
            Files.move(segment.path, lost(segment.path), StandardCopyOption.REPLACE_EXISTING);
        }
        if (damage.offset > LogRest.HEADER.length) {
            try (var whole = FileChannel.open(lost(first.path), StandardOpenOption.READ);
                    var file = new DurableFile(first.path.resolveSibling("log_inprogress_" + first.start))) {
                for (long at = 0; at < damage.offset;) {
                    at += whole.transferTo(at, damage.offset - at, Channels.newChannel(file.out()));
                }
                file.commit();
            }
        }
        DurableFile.forceFolder(first.path);
        LOG.warn("{}: cut at byte {}, as it {}; this was accepted, and what was lost is kept as {}", first.path,
                damage.offset,
                damage.getMessage(), segments.stream().map(segment -> lost(segment.path).getFileName()).toList());
    }

    private static Path lost(Path path) {
        return path.resolveSibling(LOST + path.getFileName());
    }

    private Optional<Long> check(Segment segment) throws IOException, Damage {
        var reading = Reading.of(segment, maxRecord);
        records += reading.count;
        nextIndex += reading.count;
        if (!segment.isOpen()) {
            if (nextIndex != segment.end + 1) {
                throw new Damage(reading.offset, "has no whole record " + nextIndex + reading.because());
            }
            return Optional.empty();
        }
        try (var channel = FileChannel.open(segment.path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var rest = new LogRest(channel, reading.offset, maxRecord.getSizeInt());
            if (rest.isZeros()) {
                return Optional.empty();
            }
            long behind = rest.wholeRecordAfter(nextIndex);
            if (behind >= 0) {
                throw new Damage(reading.offset, "has no whole record " + nextIndex + reading.because()
                        + ", but a later one at byte " + behind);
            }
            LOG.warn("{}: cut at byte {}; what stood there is no whole record, as after a power cut, and none followed",
                    segment.path, reading.offset);
            channel.truncate(reading.offset);
            channel.force(true);
            return Optional.of(reading.offset);
        }
    }

    private static List<Segment> segments(Path current) throws IOException {
        var segments = new ArrayList<Segment>();
        if (Files.isDirectory(current)) {
            try (var files = Files.newDirectoryStream(current, "log_*")) {
                for (var file : files) {
                    Optional.ofNullable(LogSegmentPath.matchLogSegment(file))
                            .map(Segment::new)
                            .ifPresent(segments::add);
                }
            }
        }
        segments.sort(Comparator.comparingLong(Segment::start));
        return segments;
    }

    /** A file of the log. {@code end}: its last index, or {@link #OPEN}. */
    private record Segment(LogSegmentPath ratis, Path path, long start, long end) {
        private static final long OPEN = -1;

        Segment(LogSegmentPath ratis) {
            // What Ratis' own class knows of the range is for Ratis only; written, it is "first-last", or "first-".
            this(ratis, ratis.getPath(), number(ratis, 0), number(ratis, 1));
        }

        private static long number(LogSegmentPath ratis, int place) {
            var numbers = ratis.getStartEnd().toString().split("-", -1);
            return numbers[place].isEmpty() ? OPEN : Long.parseLong(numbers[place]);
        }

        boolean isOpen() {
            return end == OPEN;
        }
    }

    /** How far Ratis can read a file. {@code offset}: behind the last whole record, or 0 without a whole header. */
    private record Reading(long count, long offset, Optional<Exception> failure) {
        static Reading of(Segment segment, SizeInBytes maxRecord) throws IOException {
            long[] found = {0, LogRest.HEADER.length};
            if (!LogRest.hasHeader(segment.path)) {
                return new Reading(0, 0, Optional.empty());
            }
            try {
                LogSegment.readSegmentFile(segment.path.toFile(), segment.ratis.getStartEnd(), maxRecord,
                        CorruptionPolicy.EXCEPTION, null, entry -> {
                            if (entry.getIndex() != segment.start + found[0]) {
                                throw new IllegalStateException("record " + entry.getIndex() + " follows record "
                                        + (segment.start + found[0] - 1));
                            }
                            found[0]++;
                            found[1] += LogRest.bytesOf(entry.getSerializedSize());
                        });
                return new Reading(found[0], found[1], Optional.empty());
            } catch (IOException | IllegalStateException e) {
                return new Reading(found[0], found[1], Optional.of(e));
            }
        }

        String because() {
            return failure.map(e -> " (" + Objects.toString(e.getMessage(), e.getClass().getSimpleName())
                    .toLowerCase(Locale.ROOT) + ')').orElse("");
        }
    }
}
