package io.dflockd.server;

import io.dflockd.service.SettingException;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.access.CountedAudit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a server records who did what: in a file, among the lines of its log, or nowhere. Thread-safe. */
final class Audit implements AutoCloseable {
    /** What its lines are logged by, where they stand among others. */
    static final String LOGGER = "audit";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
    private static final long MOST_BYTES = 100L << 20;
    private static final int MOST_FILES = 10;

    private final CountedAudit log;
    /** Null where it is no file. */
    private final @Nullable AuditWriter writer;

    private Audit(AuditLog log, @Nullable AuditWriter writer) {
        this.log = new CountedAudit(log);
        this.writer = writer;
    }

    /** Throws {@link SettingException} for a file that cannot be written. */
    static Audit open(String where, boolean isStrict, Supplier<Instant> clock) {
        return switch (where) {
            case "off" -> new Audit(AuditLog.NONE, null);
            case "stderr" -> new Audit(new AmongLines(isStrict, clock), null);
            default -> {
                try {
                    var file = new AuditFile(Path.of(where), MOST_BYTES, MOST_FILES);
                    var opened = AuditWriter.open(file, isStrict, clock);
                    yield new Audit(opened, opened);
                } catch (IOException e) {
                    throw new SettingException("--audit-log: cannot write " + where + ": " + e, e);
                }
            }
        };
    }

    CountedAudit log() {
        return log;
    }

    /** A file that was moved away is written no more. */
    void reopen() {
        if (writer != null) {
            writer.reopen();
        }
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
    }

    /** The log has a thread of its own, and drops and counts what nobody takes. */
    private static final class AmongLines implements AuditLog {
        private final boolean isStrict;
        private final Supplier<Instant> clock;
        private final AtomicLong number = new AtomicLong();

        AmongLines(boolean isStrict, Supplier<Instant> clock) {
            this.isStrict = isStrict;
            this.clock = clock;
        }

        @Override
        public void record(String event, Map<String, ?> fields) {
            LOG.info("{}", AuditLine.of(clock.get(), number.incrementAndGet(), event, fields));
        }

        @Override
        public long failures() {
            return Logging.lostRecords();
        }

        @Override
        public boolean isFailing() {
            return Logging.losesRecords();
        }

        @Override
        public boolean mayAct() {
            return !(isStrict && isFailing());
        }
    }
}
