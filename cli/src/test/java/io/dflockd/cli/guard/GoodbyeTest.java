package io.dflockd.cli.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GoodbyeTest {
    private final AtomicInteger leaves = new AtomicInteger();

    @Test
    void whoWaitsTakesLeave() throws Exception {
        try (var goodbye = new Goodbye(leaves::incrementAndGet)) {
            goodbye.stay();
            goodbye.waitAgain();

            goodbye.signalled();

            assertThat(leaves).hasValue(1);
        }
    }

    /** What it got would be given back while its command runs. */
    @Test
    void whoStaysTakesNone() throws Exception {
        try (var goodbye = new Goodbye(leaves::incrementAndGet)) {
            goodbye.stay();

            goodbye.signalled();

            assertThat(leaves).hasValue(0);
        }
    }

    /** What it got is being given back, so its command must not begin. */
    @Test
    void whoTakesLeaveDoesNotGoOn() throws Exception {
        try (var goodbye = new Goodbye(leaves::incrementAndGet)) {
            goodbye.signalled();
            var going = new Thread(() -> {
                try {
                    goodbye.stay();
                    leaves.incrementAndGet();
                } catch (InterruptedException e) {
                    // The test is over.
                }
            });
            going.start();

            while (going.getState() != Thread.State.WAITING) { // for the end
                Thread.onSpinWait();
            }
            going.interrupt();
            going.join();
            assertThat(leaves).hasValue(1);
        }
    }
}
