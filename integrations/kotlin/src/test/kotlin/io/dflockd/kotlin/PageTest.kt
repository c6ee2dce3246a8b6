package io.dflockd.kotlin

import io.dflockd.client.DflockdClient
import io.dflockd.client.Lease
import io.dflockd.client.error.AcquireTimeoutException
import io.dflockd.client.error.LeaseLostException
import io.dflockd.client.event.Gap
import io.dflockd.client.event.LeaderEvent
import io.dflockd.client.event.LeaderEvent.LeaderChange
import io.dflockd.client.event.SignalEvent.Signal
import io.dflockd.junit.DflockdServers
import io.dflockd.junit.DflockdTest
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.future.await
import kotlinx.coroutines.jdk9.asFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** What docs/kotlin.md shows. */
@DflockdTest(scope = DflockdTest.Scope.CLASS)
internal class PageTest {
    private data class Order(val id: Long)

    private class Store {
        val saved = ArrayList<Long>()
        val read = CompletableDeferred<Unit>()

        fun load(id: Long): Order = Order(id)

        fun save(order: Order, fence: Long) {
            saved += fence
        }

        fun readAll() {
            read.complete(Unit)
        }
    }

    private val store = Store()
    private val ticks = Channel<Long>(Channel.UNLIMITED)

    private fun schedule(fence: Long) {
        ticks.trySend(fence)
    }

    @Test
    fun aLock(client: DflockdClient) = test {
        val id = 7L
        client.lock("orders/$id").withLease(5.seconds) { lease ->
            val order = store.load(id)
            delay(1) // suspends; goes on upon whatever thread, and holds the lock all the same
            store.save(order, lease.fence()) // the store refuses a fence lower than one it has seen
        }

        assertThat(store.saved).hasSize(1)
    }

    @Test
    fun aLossAndABusyLock(client: DflockdClient, server: DflockdServers) = test {
        val told = Channel<String>(Channel.UNLIMITED)
        suspend fun pack() = try {
            client.lock("reports/nightly").withLease(0.seconds) {
                server.revoke("reports/nightly")
                awaitCancellation()
            }
        } catch (e: AcquireTimeoutException) {
            told.send("somebody else is at it")
        } catch (e: LeaseLostException) {
            told.send("stopped half-way: ${e.reason()}")
        }

        pack()
        assertThat(told.receive()).isEqualTo("stopped half-way: REVOKED")
        client.lock("reports/nightly").withLease(5.seconds) { pack() }
        assertThat(told.receive()).isEqualTo("somebody else is at it")
    }

    @Test
    fun whatBlocks(client: DflockdClient) = test {
        client.lock("catalog").withLease(5.seconds) { _ ->
            runInterruptible(Dispatchers.IO) { store.readAll() } // interrupted when the lease is lost
        }
        assertThat(store.read.isCompleted).isTrue()
    }

    @Test
    fun aLeaseThatOthersGiveBack(client: DflockdClient, server: DflockdServers) = test {
        val permit: Lease = client.semaphore("downloads", 5).acquireSuspending(30.seconds)
        try {
            permit.ensureValid()
        } finally {
            permit.releaseAsync()
        }
        permit.releaseAsync().await()
        assertThat(server.isHeld("downloads")).isFalse()
    }

    @Test
    fun aLeader(client: DflockdClient) = test {
        val candidate = launch {
            client.election("scheduler").lead { leadership ->
                while (true) { // cancelled when the leadership is lost, and called again with the next one
                    schedule(leadership.fence())
                    delay(1.seconds)
                }
            }
        }
        assertThat(ticks.receive()).isPositive()
        candidate.cancelAndJoin()
    }

    @Test
    fun events(client: DflockdClient) = test {
        val handled = Channel<String>(Channel.UNLIMITED)
        val listening = CompletableDeferred<Unit>()
        val listener = launch {
            withContext(Dispatchers.IO) { // listen() blocks until the server has answered
                client.signals().use { signals ->
                    signals.listen("cache.*")
                    listening.complete(Unit)
                    signals.signals().asFlow().collect { event ->
                        when (event) {
                            is Signal -> handled.send("${event.channel()} ${event.payload()}")
                            is Gap -> handled.send("signals may be missing: ${event.cause()}")
                        }
                    }
                }
            }
        }
        listening.await()
        client.emit("cache.users", "clear")
        assertThat(handled.receive()).isEqualTo("cache.users clear")
        listener.cancelAndJoin()

        withContext(Dispatchers.IO) { client.election("watched").observe() }.use { observer ->
            val leader = launch { client.election("watched").lead { awaitCancellation() } }
            val change = observer.events().asFlow().first { it is LeaderChange } as LeaderChange
            assertThat(change.kind()).isEqualTo(LeaderEvent.Kind.ELECTED)
            leader.cancelAndJoin()
        }
    }
}
