package io.dflockd.kotlin

import io.dflockd.client.DflockdClient
import io.dflockd.client.Election
import io.dflockd.client.Lease
import io.dflockd.client.error.AuthenticationException
import io.dflockd.client.error.ClientClosedException
import io.dflockd.client.error.LeaseLostException
import io.dflockd.client.error.LossReason
import io.dflockd.junit.Dflockd
import io.dflockd.junit.DflockdServers
import io.dflockd.junit.DflockdTest
import io.dflockd.test.DflockdTestServer
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

@DflockdTest(scope = DflockdTest.Scope.CLASS)
internal class LeadTest {
    @Dflockd private lateinit var client: DflockdClient

    @Dflockd private lateinit var other: DflockdClient

    @Dflockd private lateinit var server: DflockdServers

    @Test
    fun leadsAgainAfterEachLoss() = test {
        val terms = Channel<Lease>(Channel.UNLIMITED)
        val candidate = leads(client.election("again")) { terms.send(it); awaitCancellation() }
        var last = terms.receive()
        repeat(3) {
            server.revoke("again")
            val next = terms.receive()
            assertThat(next.fence()).isGreaterThan(last.fence())
            assertThat(last.isValid).isFalse()
            last = next
        }
        candidate.cancelAndJoin()

        assertThat(server.isHeld("again")).isFalse()
    }

    /** A leader that looks itself, and does not wait to be cancelled. */
    @Test
    fun aLossThatTheBlockFoundItselfIsALoss() = test {
        val terms = Channel<Lease>(Channel.UNLIMITED)
        val stopped = AtomicBoolean()
        val candidate = leads(client.election("looks")) { lease ->
            terms.send(lease)
            while (!stopped.get()) {
                lease.ensureValid()
            }
        }
        terms.receive()
        server.revoke("looks")
        terms.receive()
        stopped.set(true)
        candidate.cancelAndJoin()
    }

    @Test
    fun theLossOfAnotherLeaseGoesOut() = test {
        val lost = failureOf<LeaseLostException> {
            client.election("leader").lead {
                client.lock("led").withLease(LONG) {
                    server.revoke("led")
                    awaitCancellation()
                }
            }
        }
        assertThat(lost).hasMessageContaining("led")
        assertThat(server.isHeld("leader")).isFalse()
    }

    @Test
    fun aBlockThatReturnsResignsAndOthersCanLead() = test {
        val first = AtomicInteger()
        val one = leads(client.election("turns")) { first.incrementAndGet() }
        eventually("it has led") { first.get() > 0 }
        val elected = CompletableDeferred<Unit>()
        val two = leads(other.election("turns")) { elected.complete(Unit); awaitCancellation() }
        elected.await()

        two.cancelAndJoin()
        val before = first.get()
        eventually("the first leads again") { first.get() > before }
        one.cancelAndJoin()
    }

    @Test
    fun whoReturnsAtOncePausesLongerAndLonger() = test {
        val begun = TimeSource.Monotonic.markNow()
        val times = Channel<Long>(Channel.UNLIMITED)
        val candidate = leads(client.election("brief")) { times.send(begun.elapsedNow().inWholeMilliseconds) }
        val at = List(5) { times.receive() }
        candidate.cancelAndJoin()

        // 0.2, 0.4, 0.8, 1.6 s, each at least by half
        val pauses = at.zipWithNext { earlier, later -> later - earlier }
        assertThat(pauses).zipSatisfy(listOf(100L, 200L, 400L, 800L)) { pause, least ->
            assertThat(pause).isGreaterThanOrEqualTo(least - 1)
        }
    }

    @Test
    fun whatTheBlockThrowsGoesOutAndTheCandidateHasResigned() = test {
        assertThat(failureOf<IllegalStateException> { client.election("fails").lead { error("no plan") } })
            .hasMessage("no plan")
        assertThat(server.isHeld("fails")).isFalse()
    }

    @Test
    fun cancellationResignsBeforeItReturns() = test {
        val election = client.election("cancelled")
        repeat(50) {
            val elected = CompletableDeferred<Unit>()
            val candidate = leads(election) { elected.complete(Unit); awaitCancellation() }
            elected.await()
            candidate.cancelAndJoin()
            assertThat(server.isHeld("cancelled")).isFalse()
        }
        failureOf<TimeoutCancellationException> {
            withTimeout(300.milliseconds) { election.lead { awaitCancellation() } }
        }
        assertThat(server.isHeld("cancelled")).isFalse()
    }

    @Test
    fun aCandidateThatIsCancelledLeavesTheQueue() = test {
        val leading = CompletableDeferred<Unit>()
        val leader = leads(client.election("candidates")) { leading.complete(Unit); awaitCancellation() }
        leading.await()
        val waiting = leads(other.election("candidates")) {}
        server.awaitWaiters("candidates", 1)
        waiting.cancelAndJoin()
        eventually("nobody waits") { server.waiters("candidates") == 0 }
        leader.cancelAndJoin()
    }

    /** Cancelled about when it is elected, and at once a candidate again, by the same handle. */
    @Test
    fun aHandleCanStandAgainWhenItsCandidacyIsCancelled() = test {
        val random = Random(System.nanoTime())
        val election = client.election("restless")
        repeat(300) {
            val candidate = leads(election) { awaitCancellation() }
            if (random.nextBoolean()) {
                delay(random.nextLong(2).milliseconds)
            }
            repeat(random.nextInt(3_000)) { Thread.onSpinWait() }
            candidate.cancelAndJoin()
        }
        eventually("nobody leads") { !server.isHeld("restless") && server.waiters("restless") == 0 }
    }

    @Test
    fun aBlockingLeaderIsInterrupted() = test {
        val terms = Channel<Unit>(Channel.UNLIMITED)
        val never = CountDownLatch(1)
        val interrupts = AtomicInteger()
        val candidate = leads(client.election("blocks")) {
            runInterruptible(Dispatchers.IO) {
                terms.trySend(Unit)
                try {
                    never.await()
                } catch (e: InterruptedException) {
                    interrupts.incrementAndGet()
                    throw e
                }
            }
        }
        terms.receive()
        server.revoke("blocks")
        terms.receive()
        assertThat(interrupts).hasValue(1)
        candidate.cancelAndJoin()
    }

    @Test
    fun twoNeverLeadAtOnce() = test {
        val leading = AtomicInteger()
        val terms = AtomicInteger()
        val random = Random(System.nanoTime())
        val body: suspend (Lease) -> Unit = {
            try {
                assertThat(leading.incrementAndGet()).isEqualTo(1)
                terms.incrementAndGet()
                delay(random.nextLong(10).milliseconds)
            } finally {
                leading.decrementAndGet()
            }
        }
        val end = TimeSource.Monotonic.markNow() + 3.seconds
        listOf(client, other, server.newClient()).map { one ->
            launch {
                while (end.hasNotPassedNow()) { // a handle of its own each time, and no pause
                    val candidate = leads(one.election("one"), body)
                    delay(random.nextLong(30).milliseconds)
                    candidate.cancelAndJoin()
                }
            }
        }.joinAll()

        assertThat(terms).hasValueGreaterThan(20)
        eventually("nobody leads") { !server.isHeld("one") && server.waiters("one") == 0 }
    }

    /** The leader hears nothing any more: it stops before the other one can be elected. */
    @Test
    fun whoIsCutOffStopsBeforeTheNextOneLeads() = test {
        DflockdTestServer.start().use { apart ->
            val relay = Relay(apart.address())
            val cutOff = DflockdClient.builder().server(relay.address).leaseTtl(5.seconds.toJavaDuration()).build()
            val near = DflockdClient.connect(apart.address())
            val leads = AtomicBoolean()
            val elected = CompletableDeferred<Unit>()
            val first = leads(cutOff.election("cut-off")) {
                leads.set(true)
                elected.complete(Unit)
                try {
                    awaitCancellation()
                } finally {
                    leads.set(false)
                }
            }
            elected.await()
            relay.stall()
            val isAlone = CompletableDeferred<Boolean>()
            val second = leads(near.election("cut-off")) {
                isAlone.complete(!leads.get())
                awaitCancellation()
            }

            assertThat(isAlone.await()).isTrue()

            second.cancelAndJoin()
            first.cancelAndJoin()
            near.close()
            cutOff.close()
            relay.close()
        }
    }

    @Test
    fun goesOnWhenAServerThatWasAwayComesBack() = test {
        DflockdServers.start().use { away ->
            val terms = Channel<Lease>(Channel.UNLIMITED)
            val candidate = leads(away.newClient().election("away")) { terms.send(it); awaitCancellation() }
            val first = terms.receive()
            away.faults().refuse()
            away.restart()
            eventually("it is lost") { !first.isValid }
            delay(500.milliseconds) // some campaigns fail
            away.faults().heal()

            assertThat(terms.receive().fence()).isGreaterThan(first.fence())
            candidate.cancelAndJoin()
            assertThat(away.isHeld("away")).isFalse()
        }
    }

    @Test
    fun endsWhereNoCampaignCanSucceed() = test {
        DflockdServers.start("--auth-token", "secret").use { guarded ->
            val stranger = guarded.newClient { it.authToken("guessed") }
            failureOf<AuthenticationException> { stranger.election("guarded").lead {} }
        }
        val closed = server.newClient()
        val reason = CompletableDeferred<LossReason>()
        failureOf<ClientClosedException> {
            closed.election("closed").lead { lease ->
                lease.onLost(reason::complete)
                launch { closed.close() }
                awaitCancellation()
            }
        }
        assertThat(reason.await()).isEqualTo(LossReason.CLIENT_CLOSED)
    }

    @Test
    fun oneHandleIsOneCandidate() = test {
        val election = client.election("single")
        val elected = CompletableDeferred<Unit>()
        val candidate = leads(election) { elected.complete(Unit); awaitCancellation() }
        elected.await()
        failureOf<IllegalStateException> { election.lead {} }
        candidate.cancelAndJoin()
    }
}

private fun CoroutineScope.leads(election: Election, block: suspend (Lease) -> Unit) = async<Unit> { election.lead(block) }
