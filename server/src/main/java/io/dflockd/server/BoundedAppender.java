package io.dflockd.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.event.KeyValuePair;

/**
 * Has lines written by a thread of its own, so that whoever logs never waits for who reads the log. Lines for which there is
 * no room are dropped and counted, and the count is written where there is room again. Thread-safe.
 */
final class BoundedAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    static final String DROPPED = "log lines dropped, nobody took them";
    private static final ILoggingEvent END = new LoggingEvent();

    private final Appender<ILoggingEvent> target;
    private final BlockingQueue<ILoggingEvent> waiting;
    private final AtomicLong dropped = new AtomicLong();
    /** Of those dropped, the records of the audit log. */
    private final AtomicLong droppedRecords = new AtomicLong();
    private volatile boolean droppedLatestRecord;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Thread writer = new Thread(this::write, "dflockd-log");

    BoundedAppender(Appender<ILoggingEvent> target, int mostLines) {
        this.target = target;
        this.waiting = new ArrayBlockingQueue<>(mostLines);
        writer.setDaemon(true);
    }

    @Override
    public void start() {
        super.start();
        writer.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        boolean isRecord = event.getLoggerName().equals(Audit.LOGGER);
        boolean isTaken = waiting.offer(event);
        if (!isTaken) {
            dropped.incrementAndGet();
        }
        if (isRecord) {
            droppedLatestRecord = !isTaken;
            if (!isTaken) {
                droppedRecords.incrementAndGet();
            }
        }
    }

    /** How many records of the audit log there was no room for. */
    long droppedRecords() {
        return droppedRecords.get();
    }

    /** Whether a record of the audit log would be dropped: the latest was, and there is still no room. */
    boolean dropsRecords() {
        return droppedLatestRecord && waiting.remainingCapacity() == 0;
    }

    /** Takes no more lines. Those that wait are still written. */
    @Override
    public void stop() {
        super.stop();
        stopping.set(true);
        // Wakes the writer; where there is no room for it, the writer is awake.
        if (!waiting.offer(END)) {
            addInfo("stopped while full");
        }
    }

    /** Stops, and returns when those lines that wait are written, or after this time. */
    void finish(Duration most) {
        stop();
        try {
            writer.join(most.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            while (!stopping.get() || !waiting.isEmpty()) {
                var event = waiting.take();
                if (event != END) {
                    target.doAppend(event);
                }
                if (waiting.remainingCapacity() >= waiting.size()) {
                    sayDropped();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not before half of the lines are written, or each line would be followed by one of these. */
    private void sayDropped() {
        long count = dropped.getAndSet(0);
        if (count > 0) {
            var event = new LoggingEvent();
            event.setLoggerContext((LoggerContext) getContext());
            event.setLoggerName(BoundedAppender.class.getName());
            event.setThreadName(writer.getName());
            event.setLevel(Level.WARN);
            event.setMessage(DROPPED);
            event.setKeyValuePairs(List.of(new KeyValuePair("count", count)));
            event.setInstant(Instant.now());
            target.doAppend(event);
        }
    }
}
