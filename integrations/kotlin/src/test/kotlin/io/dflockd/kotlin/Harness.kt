package io.dflockd.kotlin

import io.dflockd.client.connection.Connection
import io.dflockd.junit.DflockdServers
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executor
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** As long anything that should succeed may take. */
internal val LONG = 30.seconds

internal fun test(atMost: Duration = LONG * 2, body: suspend CoroutineScope.() -> Unit): Unit =
    runBlocking(Dispatchers.Default) { withTimeout(atMost, body) }

internal fun DflockdServers.awaitWaiters(key: String, count: Int): Unit =
    awaitWaiters(key, count, LONG.toJavaDuration())

internal fun DflockdServers.isHeld(key: String): Boolean = holders(key).isNotEmpty()

/** How many wait, as the server itself says. */
internal fun DflockdServers.waiters(key: String): Int =
    Connection.dial(address()).use { connection ->
        connection.hello("onlooker")
        Regex("\"waiter_count\":(\\d+)").find(connection.holds().holders(key))!!.groupValues[1].toInt()
    }

/** What the server hears of without an answer, as that a place is left, takes a moment. */
internal suspend fun eventually(what: String, isSo: () -> Boolean) {
    val begun = TimeSource.Monotonic.markNow()
    while (!isSo()) {
        check(begun.elapsedNow() < LONG) { "not within $LONG: $what" }
        delay(5.milliseconds)
    }
}

/** Lets coroutines go on only when the test does so. */
internal class HandDispatcher : CoroutineDispatcher() {
    private val ready = LinkedBlockingQueue<Runnable>()

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        ready.add(block)
    }

    /** Waits until a coroutine can go on, and keeps it from that. */
    fun take(): Runnable = checkNotNull(ready.poll(LONG.inWholeSeconds, TimeUnit.SECONDS)) { "no coroutine can go on" }

    /** Lets all go on until that is so. */
    fun runUntil(isSo: () -> Boolean) {
        val begun = TimeSource.Monotonic.markNow()
        while (!isSo()) {
            ready.poll(5, TimeUnit.MILLISECONDS)?.run()
            check(begun.elapsedNow() < LONG) { "not within $LONG" }
        }
    }
}

/** An executor that can be held up. */
internal class SlowExecutor : Executor, AutoCloseable {
    private val tasks = LinkedBlockingQueue<Runnable>()

    @Volatile private var open = CountDownLatch(0)
    private val thread = thread(isDaemon = true, name = "slow-callbacks") {
        try {
            while (true) {
                val task = tasks.take()
                open.await()
                task.run()
            }
        } catch (_: InterruptedException) {
            // closed
        }
    }

    override fun execute(task: Runnable) {
        tasks.add(task)
    }

    fun hold() {
        open = CountDownLatch(1)
    }

    fun goOn() {
        open.countDown()
    }

    override fun close() {
        goOn()
        thread.interrupt()
    }
}

/** A cable to a server that can be pulled without anybody being told. */
internal class Relay(private val server: String) : AutoCloseable {
    private val listener = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val sockets = CopyOnWriteArrayList<Socket>()

    @Volatile private var stalled = false

    val address = "127.0.0.1:${listener.localPort}"

    init {
        daemon {
            while (true) {
                val near = listener.accept().also(sockets::add)
                val far = Socket("127.0.0.1", server.substringAfterLast(':').toInt()).also(sockets::add)
                daemon { carry(near, far) }
                daemon { carry(far, near) }
            }
        }
    }

    fun stall() {
        stalled = true
    }

    override fun close() {
        listener.close()
        sockets.forEach(Socket::close)
    }

    private fun carry(from: Socket, to: Socket) {
        val bytes = ByteArray(8_192)
        while (true) {
            val count = from.getInputStream().read(bytes)
            if (count < 0) {
                return to.close()
            }
            if (!stalled) {
                to.getOutputStream().write(bytes, 0, count)
            }
        }
    }

    private fun daemon(task: () -> Unit) {
        thread(isDaemon = true) {
            try {
                task()
            } catch (_: IOException) {
                // closed
            }
        }
    }
}
