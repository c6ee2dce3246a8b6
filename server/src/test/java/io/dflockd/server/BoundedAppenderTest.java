package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BoundedAppenderTest {
    private static final Duration LONG = Duration.ofSeconds(15);

    private final LoggerContext context = new LoggerContext();
    private final Semaphore takes = new Semaphore(0);
    private final CountDownLatch writing = new CountDownLatch(1);
    private final AppenderBase<ILoggingEvent> target = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            writing.countDown();
            takes.acquireUninterruptibly();
        }
    };
    private final BoundedAppender appender = new BoundedAppender(target, 2);

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        target.setContext(context);
        target.start();
        appender.setContext(context);
        appender.start();
    }

    @AfterEach
    void stop() {
        takes.release(1000);
        appender.finish(LONG);
    }

    private void log(String logger) {
        var event = new LoggingEvent();
        event.setLoggerContext(context);
        event.setLoggerName(logger);
        event.setLevel(Level.INFO);
        event.setMessage("a line");
        appender.doAppend(event);
    }

    /** With {@code --audit-log stderr} records stand among the lines of the log. */
    @Test
    void recordsOfTheAuditLogThatNobodyTakesAreCounted() throws InterruptedException {
        log("io.dflockd.other");
        assertThat(writing.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 3; i++) {
            log("io.dflockd.other"); // two wait, one is dropped
        }
        assertThat(appender.droppedRecords()).as("other lines are no records").isZero();
        assertThat(appender.dropsRecords()).isFalse();

        for (int i = 0; i < 4; i++) {
            log(Audit.LOGGER);
        }

        assertThat(appender.droppedRecords()).isEqualTo(4);
        assertThat(appender.dropsRecords()).isTrue();
        takes.release(100);
        Eventually.await("room for records", LONG, () -> !appender.dropsRecords());
    }
}
