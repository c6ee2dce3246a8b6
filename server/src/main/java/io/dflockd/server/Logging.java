package io.dflockd.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sets up the log: structured lines on standard error, as text for people or as JSON for programs. Nobody who logs waits for
 * standard error to be read.
 */
final class Logging {
    /** What clients chose may stand in the values: nothing in it may end the line, or steer the terminal that shows it. */
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level"
            + " %msg%replace(%replace( %kvp){'^ $', ''}){'\\p{C}', '?'}%n";

    /** What may wait to be written. A line has some hundred bytes. */
    private static final int MOST_LINES = 4096;
    private static final Duration LAST_LINES = Duration.ofSeconds(2);

    /** Of this process, which has one standard error. */
    private static volatile @Nullable BoundedAppender bounded;

    private Logging() {}

    static void configure(boolean json, boolean debug) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(json ? json(context) : text(context));
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        var writer = new BoundedAppender(appender, MOST_LINES);
        writer.setContext(context);
        writer.start();
        root.addAppender(writer);
        bounded = writer;
        // What speaks to other nodes logs by the JDK, which would write lines of its own.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        context.getLogger("io.dflockd").setLevel(debug ? Level.DEBUG : Level.INFO);
        // Who did what is told whatever else is not.
        context.getLogger(Audit.LOGGER).setLevel(Level.INFO);
        // What an operator needs to know of it is said by us.
        context.getLogger("org.apache.ratis").setLevel(debug ? Level.INFO : Level.OFF);
        // This one knows why it wrote no more; what reaches us may be what followed from that.
        context.getLogger("org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogWorker")
                .setLevel(debug ? Level.INFO : Level.ERROR);
    }

    /** How many records of the audit log were lost, as nobody took the lines that they stand among. */
    static long lostRecords() {
        var configured = bounded;
        return configured == null ? 0 : configured.droppedRecords();
    }

    /** Whether records of the audit log are being lost. */
    static boolean losesRecords() {
        var configured = bounded;
        return configured != null && configured.dropsRecords();
    }

    /** Writes what was logged; waits a moment at most for who reads it. What is logged from now on is lost. */
    static void finish() {
        var configured = bounded;
        if (configured != null) {
            configured.finish(LAST_LINES);
        }
    }

    static Encoder<ILoggingEvent> text(LoggerContext context) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        return encoder;
    }

    static Encoder<ILoggingEvent> json(LoggerContext context) {
        var encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithContext(false);
        encoder.setWithNanoseconds(false);
        encoder.start();
        return encoder;
    }
}
