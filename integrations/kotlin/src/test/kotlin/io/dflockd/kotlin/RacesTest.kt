package io.dflockd.kotlin

import io.dflockd.client.DflockdClient
import io.dflockd.client.Lease
import io.dflockd.client.error.LeaseLostException
import io.dflockd.junit.DflockdServers
import io.dflockd.junit.DflockdTest
import java.util.concurrent.Executor
import java.util.concurrent.ScheduledThreadPoolExecutor
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicLong
import java.util.concurrent.atomic.AtomicReferenceArray
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** Loss, release and cancellation at any moment, `-Draces.seconds=N` for longer. */
@DflockdTest(scope = DflockdTest.Scope.CLASS)
internal class RacesTest {
    private class OwnFailure : RuntimeException()

    private val seed = System.nanoTime().also { println("races begin with the seed $it") }
    private val random = Random(seed)
    private val length = (System.getProperty("races.seconds")?.toInt() ?: 4).seconds

    @Test
    fun leasesLeaveNothingBehind(server: DflockdServers) = test(length + LONG) {
        val end = TimeSource.Monotonic.markNow() + length
        val late = LateExecutor()
        val clients = listOf(server.newClient(), server.newClient(), server.newClient { it.callbackExecutor(late) })
        val outcomes = AtomicReferenceArray(Array(4) { AtomicLong() })
        val workers = List(40) { number ->
            launch {
                while (end.hasNotPassedNow()) {
                    val one = async { work(clients[number % clients.size], "races-${random.nextInt(5)}", outcomes) }
                    if (random.nextInt(3) == 0) {
                        delay(random.nextLong(20).milliseconds)
                        one.cancel()
                    }
                    one.join()
                    if (one.isCancelled) {
                        outcomes[3].incrementAndGet()
                    }
                }
            }
        }
        revokeUntil(end, server) { "races-${random.nextInt(5)}" }
        workers.joinAll()

        repeat(5) { key -> eventually("races-$key is free") { isFree(server, "races-$key") } }
        clients.forEach { client -> eventually("no lease is left") { client.metrics().leases().held() == 0L } }
        assertThat(List(4) { outcomes[it].get() }).allSatisfy { assertThat(it).isPositive() }
        late.close()
    }

    private suspend fun work(client: DflockdClient, key: String, outcomes: AtomicReferenceArray<AtomicLong>) {
        try {
            client.lock(key).withLease(LONG) { lease ->
                when (random.nextInt(6)) {
                    0 -> throw OwnFailure()
                    1 -> awaitLoss(lease)
                    2 -> lease.releaseAsync()
                    3 -> withContext(NonCancellable) { delay(random.nextLong(3).milliseconds) }
                    4 -> yield()
                    else -> delay(random.nextLong(3).milliseconds)
                }
            }
            outcomes[0].incrementAndGet()
        } catch (_: OwnFailure) {
            outcomes[1].incrementAndGet()
        } catch (_: LeaseLostException) {
            outcomes[2].incrementAndGet()
        }
    }

    /** Or for a while, where nobody takes it. */
    private suspend fun awaitLoss(lease: Lease) {
        val begun = TimeSource.Monotonic.markNow()
        while (lease.isValid && begun.elapsedNow() < 30.milliseconds) {
            yield()
        }
    }

    @Test
    fun candidatesLeaveNothingBehind(server: DflockdServers) = test(length + LONG) {
        val end = TimeSource.Monotonic.markNow() + length
        val terms = AtomicLong()
        val late = LateExecutor()
        val clients = listOf(server.newClient(), server.newClient { it.callbackExecutor(late) })
        val candidates = List(10) { number ->
            launch {
                while (end.hasNotPassedNow()) {
                    val candidate = leads { // whatever it ends with but cancellation would end the test
                        clients[number % 2].election("race-${number % 3}").lead {
                            terms.incrementAndGet()
                            if (random.nextBoolean()) awaitCancellation() else delay(random.nextLong(5).milliseconds)
                        }
                    }
                    delay(random.nextLong(40).milliseconds)
                    candidate.cancelAndJoin()
                }
            }
        }
        revokeUntil(end, server) { "race-${random.nextInt(3)}" }
        candidates.joinAll()

        repeat(3) { key -> eventually("race-$key is free") { isFree(server, "race-$key") } }
        assertThat(terms).hasValueGreaterThan(100)
        late.close()
    }

    private suspend fun revokeUntil(end: TimeSource.Monotonic.ValueTimeMark, server: DflockdServers, key: () -> String) {
        while (end.hasNotPassedNow()) {
            try {
                server.revoke(key())
            } catch (_: IllegalStateException) {
                // nobody held it
            }
            delay(random.nextLong(5).milliseconds)
        }
    }

    private fun isFree(server: DflockdServers, key: String) = !server.isHeld(key) && server.waiters(key) == 0

    private fun CoroutineScope.leads(body: suspend () -> Nothing) = async<Unit> { body() }

    /** Runs each task a little later, some of them much later than others. */
    private class LateExecutor : Executor, AutoCloseable {
        private val timer = ScheduledThreadPoolExecutor(2)

        override fun execute(task: Runnable) {
            timer.schedule(task, Random.nextLong(20), TimeUnit.MILLISECONDS)
        }

        override fun close() {
            timer.shutdown()
        }
    }
}
