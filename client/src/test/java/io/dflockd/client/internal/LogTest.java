package io.dflockd.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;

/** A log that takes nothing, as a pipe that nobody reads, holds up nobody but itself. */
@Timeout(60)
class LogTest {
    private static final int MANY = 5_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final CountDownLatch taken = new CountDownLatch(1);
    private final Logger slow = (Logger) Proxy.newProxyInstance(Logger.class.getClassLoader(), new Class<?>[]{
            Logger.class}, (self, method, arguments) -> {
                if (method.getName().startsWith("is")) {
                    return !method.getName().equals("isDebugEnabled");
                }
                taken.await();
                said.add(method.getName() + " " + arguments[0]);
                return null;
            });

    @Test
    void whatIsBeyondTheRoomIsCounted() throws Exception {
        var log = new Log(slow);
        log.debug("nobody wants this {}", 0);
        for (int i = 0; i < MANY; i++) {
            log.warn("{}: the hold is lost", i);
        }
        Log.settle(); // does not wait for long either

        taken.countDown();

        Eventually.await("the count is said", PATIENCE,
                () -> said.stream().anyMatch(line -> line.contains("left out")));
        Eventually.await("all that had room is said", PATIENCE, () -> said.size() > 1_024);
        assertThat(said).hasSizeLessThan(1_100).doesNotContain("debug nobody wants this {}");
    }

    @Test
    void whatWasSaidIsSaidWhenItHasSettled() {
        taken.countDown();
        var log = new Log(slow);

        log.info("one");
        log.error("two");
        Log.settle();

        assertThat(said).containsExactly("info one", "error two");
    }
}
