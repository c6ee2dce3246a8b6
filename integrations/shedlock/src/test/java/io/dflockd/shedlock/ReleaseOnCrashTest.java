package io.dflockd.shedlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import org.junit.jupiter.api.Test;

/** ShedLock's suite and all else, of locks that end with their process. */
class ReleaseOnCrashTest extends DflockdLockProviderTest {
    @Override
    protected ExtensibleLockProvider getLockProvider() {
        return new DflockdLockProvider(client).releaseOnCrash();
    }

    @Test
    void aLockEndsWithItsClient() {
        try (var dying = newClient()) {
            assertThat(new DflockdLockProvider(dying).releaseOnCrash()
                    .lock(configuration("ends", Duration.ofHours(1), Duration.ZERO))).isPresent();
            assertLocked("ends");
        }

        var next = getLockProvider().lock(configuration("ends", Duration.ofHours(1), Duration.ZERO));
        assertThat(next).isPresent();
        next.get().unlock();
    }

    @Test
    void theLeastTimeOutlivesItsClientHereToo() {
        try (var brief = newClient()) {
            new DflockdLockProvider(brief).releaseOnCrash()
                    .lock(configuration("brief-too", Duration.ofMinutes(2), Duration.ofMinutes(1)))
                    .orElseThrow()
                    .unlock();
        }

        assertLocked("brief-too");
    }

    @Test
    void aLockIsRenewedButNotForLongerThanAtMost() throws Exception {
        var held = getLockProvider().lock(configuration("most", Duration.ofMillis(1_500), Duration.ZERO)).orElseThrow();
        long from = System.nanoTime();
        try (var waiting = newClient(); var lease = waiting.lock("shedlock/most").acquire(Duration.ofSeconds(60))) {
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isBetween(Duration.ofMillis(1_300),
                    Duration.ofSeconds(30));
            held.unlock(); // takes nothing from who has it now
            assertThat(lease.isValid()).isTrue();
            assertLocked("most");
        }
    }

    @Test
    void anExtensionOfOneThatHasEndedIsRefused() throws Exception {
        var held = getLockProvider().lock(configuration("late", Duration.ofMillis(300), Duration.ZERO)).orElseThrow();
        try (var waiting = newClient(); var lease = waiting.lock("shedlock/late").acquire(Duration.ofSeconds(60))) {
            assertThat(lease.isValid()).isTrue();
            assertThat(held.extend(Duration.ofMinutes(1), Duration.ZERO)).isEmpty();
        }
    }
}
