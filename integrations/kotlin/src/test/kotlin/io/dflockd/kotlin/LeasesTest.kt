package io.dflockd.kotlin

import io.dflockd.client.DflockdClient
import io.dflockd.client.Lease
import io.dflockd.client.LeaseMode
import io.dflockd.client.error.AcquireTimeoutException
import io.dflockd.client.error.ConnectionFailedException
import io.dflockd.client.error.LeaseLostException
import io.dflockd.client.error.LossReason
import io.dflockd.client.spi.ClientObserver
import io.dflockd.junit.Dflockd
import io.dflockd.junit.DflockdServers
import io.dflockd.junit.DflockdTest
import java.time.Duration as JavaDuration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.await
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

@DflockdTest(scope = DflockdTest.Scope.CLASS)
internal class LeasesTest {
    @Dflockd private lateinit var client: DflockdClient

    @Dflockd private lateinit var other: DflockdClient

    @Dflockd private lateinit var server: DflockdServers

    @Test
    fun fiftyCoroutinesOverAllThreadsKeepACounterExact() = test {
        var counter = 0 // guarded by the lock alone
        val threads = HashSet<String>()
        List(50) { number ->
            val lock = (if (number % 2 == 0) client else other).lock("counter")
            launch {
                repeat(10) {
                    lock.withLease(LONG) {
                        val read = counter
                        yield() // goes on upon whatever thread
                        threads += Thread.currentThread().name
                        counter = read + 1
                    }
                }
            }
        }.joinAll()

        assertThat(counter).isEqualTo(500)
        assertThat(threads).hasSizeGreaterThan(1)
        assertThat(server.isHeld("counter")).isFalse()
    }

    @Test
    fun waitingTakesNoThread() = test {
        val held = client.lock("one-thread").acquireSuspending(LONG)
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { one ->
            val done = AtomicInteger()
            val waiting = List(100) {
                launch(one) { client.lock("one-thread").withLease(LONG) { done.incrementAndGet() } }
            }
            server.awaitWaiters("one-thread", 100)
            held.releaseAsync().await()
            waiting.joinAll()
            assertThat(done).hasValue(100)
        }
    }

    @Test
    fun whatIsHeldIsWhatWasAskedFor() = test {
        val fences = List(3) { async { client.semaphore("permits", 3).withLease(LONG) { it.fence() } } }.awaitAll()
        assertThat(fences).doesNotHaveDuplicates()
        assertThat(client.rwLock("catalog").read().withLease(LONG) { it.mode() }).isEqualTo(LeaseMode.READ)
    }

    @Test
    fun whoIsCancelledLeavesTheQueue() = test {
        val held = client.lock("queue").acquireSuspending(LONG)
        val first = launch { client.lock("queue").acquireSuspending(LONG) }
        server.awaitWaiters("queue", 1)
        val second = async { other.lock("queue").withLease(LONG) { it.fence() } }
        server.awaitWaiters("queue", 2)

        first.cancelAndJoin()
        eventually("one waits") { server.waiters("queue") == 1 }
        held.close()

        assertThat(second.await()).isGreaterThan(held.fence())
        assertThat(server.isHeld("queue")).isFalse()
        assertThat(server.waiters("queue")).isZero()
    }

    /** The lease is there, and the coroutine is cancelled before it goes on with it. */
    @Test
    fun aGrantThatComesWithTheCancellationIsGivenBackBeforeItReturns() = test {
        val hand = HandDispatcher()
        val waiting = launch(hand) { client.lock("instant").acquireSuspending(LONG) }
        hand.take().run() // acquires
        val goesOn = hand.take() // it is granted
        assertThat(server.isHeld("instant")).isTrue()

        waiting.cancel()
        goesOn.run()
        hand.runUntil { waiting.isCompleted }

        assertThat(waiting.isCancelled).isTrue()
        assertThat(server.isHeld("instant")).isFalse()
    }

    @Test
    fun whoeverIsCancelledAboutWhenItIsGrantedLeavesNothing() = test {
        val random = Random(System.nanoTime())
        var granted = 0
        repeat(300) { round ->
            val key = "about-$round"
            val held = other.lock(key).acquireSuspending(LONG)
            val taken = AtomicReference<Lease>()
            // What a coroutine returns that is cancelled after its last wait is lost; what it has done is not.
            val waiting = launch { taken.set(client.lock(key).acquireSuspending(LONG)) }
            server.awaitWaiters(key, 1)

            val release = held.releaseAsync()
            if (round % 3 != 0) { // else before the grant can have come
                delay(random.nextInt(1_500).microseconds)
                repeat(random.nextInt(2_000)) { Thread.onSpinWait() }
            }
            waiting.cancel()
            waiting.join()
            release.await()

            taken.get()?.let {
                granted++
                it.close()
            }
            eventually("$key is free") { !server.isHeld(key) && server.waiters(key) == 0 }
        }
        assertThat(granted).isLessThan(300)
    }

    @Test
    fun whoeverIsCancelledAlreadyAsksForNothing() = test {
        val asked = AtomicBoolean()
        val watched = server.newClient { settings ->
            settings.observer(object : ClientObserver {
                override fun acquiring(
                    key: String,
                    mode: LeaseMode,
                    wait: JavaDuration,
                    server: io.dflockd.client.ServerAddress,
                ): ClientObserver.Attempt {
                    asked.set(true)
                    return ClientObserver.Attempt.NONE
                }
            })
        }
        val job = launch(start = CoroutineStart.UNDISPATCHED) {
            coroutineContext[kotlinx.coroutines.Job]!!.cancel()
            watched.lock("asked").acquireSuspending(LONG)
        }
        job.join()

        assertThat(job.isCancelled).isTrue()
        assertThat(asked).isFalse()
        watched.lock("asked").withLease(LONG) {}
        assertThat(asked).isTrue()
    }

    @Test
    fun aLostLeaseCancelsTheBlock() = test {
        val ended = CompletableDeferred<Throwable?>()
        val lost = failureOf<LeaseLostException> {
            client.lock("revoked").withLease(LONG) {
                server.revoke("revoked")
                try {
                    awaitCancellation()
                } catch (e: CancellationException) {
                    ended.complete(e)
                    throw e
                }
            }
        }

        assertThat(ended.isCompleted).isTrue()
        assertThat(lost.reason()).isEqualTo(LossReason.REVOKED)
        assertThat(lost).hasMessageContaining("revoked").hasMessageContaining("REVOKED")
    }

    @Test
    fun aLossSurfacesAlsoWhereTheBlockReturnsAValue() = test {
        val lost = failureOf<LeaseLostException> {
            client.lock("deaf").withLease(LONG) { lease ->
                server.revoke("deaf")
                lease.lost().join() // does not hear of its cancellation
                "done"
            }
        }

        assertThat(lost.reason()).isEqualTo(LossReason.REVOKED)
    }

    @Test
    fun theReasonIsThatOfTheLoss() = test {
        val own = server.newClient()
        assertThat(failureOf<LeaseLostException> {
            own.lock("closed").withLease(LONG) {
                launch { own.close() }
                awaitCancellation()
            }
        }.reason()).isEqualTo(LossReason.CLIENT_CLOSED)
        assertThat(failureOf<LeaseLostException> {
            client.lock("short").withTtl(JavaDuration.ofMillis(300)).withoutRenewal().withLease(LONG) {
                awaitCancellation()
            }
        }.reason()).isEqualTo(LossReason.EXPIRED)
    }

    @Test
    fun childrenOfTheBlockAreCancelledToo() = test {
        val cancelled = AtomicInteger()
        failureOf<LeaseLostException> {
            client.lock("children").withLease(LONG) {
                supervisorScope {
                    repeat(10) {
                        launch {
                            try {
                                awaitCancellation()
                            } finally {
                                cancelled.incrementAndGet()
                            }
                        }
                    }
                    yield()
                    eventually("all run") { coroutineContext[kotlinx.coroutines.Job]!!.children.count() == 10 }
                    server.revoke("children")
                }
            }
        }
        assertThat(cancelled).hasValueGreaterThan(0)
    }

    @Test
    fun aBlockingBlockIsInterrupted() = test {
        val interrupted = AtomicBoolean()
        val never = CountDownLatch(1)
        val lost = failureOf<LeaseLostException> {
            client.lock("blocking").withLease(LONG) {
                runInterruptible(Dispatchers.IO) {
                    thread { server.revoke("blocking") }
                    try {
                        never.await()
                    } catch (e: InterruptedException) {
                        interrupted.set(true)
                        throw e
                    }
                }
            }
        }

        assertThat(lost.reason()).isEqualTo(LossReason.REVOKED)
        assertThat(interrupted).isTrue()
    }

    @Test
    fun whatTheBlockThrowsGoesOutAndTheLeaseIsReleased() = test {
        val failure = failureOf<IllegalStateException> {
            client.lock("fails").withLease<Unit>(LONG) { error("no paper") }
        }

        assertThat(failure).hasMessage("no paper")
        assertThat(failure.suppressed).isEmpty()
        assertThat(server.isHeld("fails")).isFalse()
    }

    @Test
    fun whatTheBlockThrowsGoesOutAlsoAfterALoss() = test {
        val failure = failureOf<IllegalStateException> {
            client.lock("fails-lost").withLease<Unit>(LONG) { lease ->
                server.revoke("fails-lost")
                lease.lost().join()
                error("no paper")
            }
        }

        assertThat(failure).hasMessage("no paper")
        assertThat(withCauses(failure).flatMap { it.suppressed.asList() })
            .anySatisfy { assertThat((it as LeaseLostException).reason()).isEqualTo(LossReason.REVOKED) }
    }

    @Test
    fun aCancellationOfTheBlocksOwnGoesOut() = test {
        failureOf<TimeoutCancellationException> {
            client.lock("impatient").withLease(LONG) { withTimeout(1.milliseconds) { awaitCancellation() } }
        }
        assertThat(server.isHeld("impatient")).isFalse()
    }

    @Test
    fun aBlockMayGiveTheLeaseBackItself() = test {
        val value = client.lock("early").withLease(LONG) { lease ->
            lease.releaseAsync().await()
            client.lock("early").withLease(LONG) { "again" }
        }
        assertThat(value).isEqualTo("again")
    }

    @Test
    fun aTimeOutAroundItReleases() = test {
        failureOf<TimeoutCancellationException> {
            withTimeout(300.milliseconds) { client.lock("around").withLease(LONG) { awaitCancellation() } }
        }
        assertThat(server.isHeld("around")).isFalse()

        val held = client.lock("around").acquireSuspending(LONG)
        failureOf<TimeoutCancellationException> {
            withTimeout(300.milliseconds) { client.lock("around").withLease(LONG) {} }
        }
        eventually("nobody waits") { server.waiters("around") == 0 }
        held.close()
    }

    @Test
    fun aCancelledParentHasReleasedWhenItEnds() = test {
        repeat(50) { round ->
            val key = "parent-$round"
            val begun = CompletableDeferred<Unit>()
            val parent = launch {
                client.lock(key).withLease(LONG) {
                    begun.complete(Unit)
                    awaitCancellation()
                }
            }
            begun.await()
            parent.cancelAndJoin()
            assertThat(server.isHeld(key)).isFalse()
        }
    }

    @Test
    fun whatIsNotGrantedIsAnException() = test {
        val held = client.lock("busy").acquireSuspending(LONG)
        assertThat(failureOf<AcquireTimeoutException> { other.lock("busy").acquireSuspending(50.milliseconds) })
            .hasMessageContaining("busy")
        failureOf<AcquireTimeoutException> { other.lock("busy").withLease(Duration.ZERO) {} }
        held.close()

        DflockdClient.connect("127.0.0.1:1").use { lost ->
            failureOf<ConnectionFailedException> { lost.lock("nowhere").acquireSuspending(200.milliseconds) }
        }
    }

    @Test
    fun aWaitThatCannotBeIsRefused() = test {
        assertThat(failureOf<IllegalArgumentException> { client.lock("wait").acquireSuspending(-1.seconds) })
            .hasMessageContaining("wait is PT-1S; valid is zero or more")
        assertThat(failureOf<IllegalArgumentException> { client.lock("wait").withLease(Duration.INFINITE) {} })
            .hasMessageContaining("valid is at most")
    }

    /** The callbacks of the client come late; that the lease does not hold is known all the same. */
    @Test
    fun aLossThatIsToldTooLateSurfaces() = test {
        SlowExecutor().use { slow ->
            val held = server.newClient { it.callbackExecutor(slow) }
            val lost = failureOf<LeaseLostException> {
                held.lock("late").withLease(LONG) { lease ->
                    slow.hold()
                    server.revoke("late")
                    eventually("it is lost") { !lease.isValid }
                }
            }
            assertThat(lost.reason()).isEqualTo(LossReason.REVOKED)
        }
    }

    @Test
    fun aLeaseThatWasLostBeforeTheBlockCouldBeginIsNotBegunWith() = test {
        SlowExecutor().use { slow ->
            val late = server.newClient { it.callbackExecutor(slow) }
            slow.hold()
            val begun = AtomicBoolean()
            val waiting = async {
                failureOf<LeaseLostException> { late.lock("stale").withLease(LONG) { begun.set(true) } }
            }
            eventually("it is granted") { server.isHeld("stale") }
            server.revoke("stale")
            eventually("the client knows") { late.metrics().leases().lostInAll() == 1L }
            slow.goOn()

            assertThat(waiting.await().reason()).isEqualTo(LossReason.REVOKED)
            assertThat(begun).isFalse()
        }
    }

    /** Where nobody says that the release is done, no coroutine waits for ever. */
    @Test
    fun aReleaseIsWaitedForTenSecondsAtMost() = test {
        SlowExecutor().use { slow ->
            val held = server.newClient { it.callbackExecutor(slow) }
            val begun = TimeSource.Monotonic.markNow()
            held.lock("mute").withLease(LONG) { slow.hold() }

            assertThat(begun.elapsedNow()).isBetween(10.seconds, 30.seconds)
            assertThat(server.isHeld("mute")).isFalse()
        }
    }

    @Test
    fun whereTheServerIsSilentCancellationEndsTheWaitAtOnceAndTheHoldInABoundedTime() = test {
        val impatient = server.newClient { it.responseTimeout(1.seconds.toJavaDuration()) }
        val begun = CompletableDeferred<Lease>()
        val holds = launch {
            impatient.lock("silent").withLease(LONG) {
                begun.complete(it)
                awaitCancellation()
            }
        }
        begun.await()
        val waits = launch { impatient.lock("silent").withLease(5.minutes) {} }
        server.awaitWaiters("silent", 1)
        server.faults().stall()

        waits.cancelAndJoin()
        holds.cancelAndJoin()
        assertThat(begun.await().isValid).isFalse()

        server.faults().heal()
        eventually("nothing is held") { !server.isHeld("silent") && server.waiters("silent") == 0 }
    }
}

/** Runs what has to fail in this way. */
internal suspend inline fun <reified T : Throwable> failureOf(crossinline body: suspend () -> Any?): T {
    try {
        body()
    } catch (failure: Throwable) {
        if (failure is T) {
            return failure
        }
        throw failure
    }
    throw AssertionError("nothing was thrown instead of a ${T::class.java.simpleName}")
}

/** A coroutine may throw a copy of what was thrown in another, with that as its cause. */
internal fun withCauses(failure: Throwable): List<Throwable> = generateSequence(failure) { it.cause }.toList()
