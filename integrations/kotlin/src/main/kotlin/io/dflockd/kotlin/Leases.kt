package io.dflockd.kotlin

import io.dflockd.client.Acquirable
import io.dflockd.client.Election
import io.dflockd.client.Lease
import io.dflockd.client.error.AuthenticationException
import io.dflockd.client.error.ClientClosedException
import io.dflockd.client.error.DeniedException
import io.dflockd.client.error.DflockdException
import io.dflockd.client.error.LeaseLostException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await
import kotlinx.coroutines.job
import kotlinx.coroutines.withContext
import org.slf4j.LoggerFactory

/** As long a release is waited for at most; it goes on after that. */
private const val RELEASE_SECONDS = 10L
private val CAMPAIGN = 1.days
private val FIRST_PAUSE = 200.milliseconds
private val LONGEST_PAUSE = 10.seconds
/** Who leads for less has not led: a candidate that were elected again at once would do nothing but campaign. */
private val TERM = 10.seconds
private val log = LoggerFactory.getLogger("io.dflockd.kotlin")

/**
 * Acquires, waiting at most this long, connecting included; no thread waits. Zero tries once.
 *
 * Cancellation leaves the queue at once, and a grant that comes at the same moment is given back. It is the caller who gives
 * back what is returned: [withLease] does so by itself. Do not put this alone into a `withTimeout` or an `async`: coroutines
 * drop what a block returns that was cancelled just when it returned, and with it the lease. For time there is [wait].
 *
 * @throws io.dflockd.client.error.AcquireTimeoutException when not granted within the wait
 * @throws io.dflockd.client.error.NoAnswerException when the server has said nothing, not even that, a second after the wait
 * @throws io.dflockd.client.error.ConnectionFailedException when the server cannot be reached
 * @throws IllegalArgumentException when [wait] is negative or infinite
 */
public suspend fun Acquirable.acquireSuspending(wait: Duration): Lease {
    currentCoroutineContext().ensureActive()
    return acquireAsync(wait.toJavaDuration()).awaitOr { it.giveBack() }
}

/**
 * Acquires as [acquireSuspending] does, calls [block], and gives the lease back, whatever the block does; no thread waits.
 *
 * The block is cancelled when the lease is lost, and a [LeaseLostException] says why, also where the block has returned a
 * value by then. What the block throws itself goes out, with the loss among its suppressed exceptions; and so does the
 * cancellation of the caller. The lease belongs to no thread, so the block may resume on any.
 *
 * Whatever the end, this returns when the server has confirmed the release, which cannot be cancelled, and after 10 s at most;
 * for a lease that is lost, no server is asked.
 *
 * ```
 * client.lock("orders/7").withLease(5.seconds) { lease -> store.save(order, lease.fence()) }
 * ```
 */
public suspend fun <T> Acquirable.withLease(wait: Duration, block: suspend (Lease) -> T): T {
    val lease = acquireSuspending(wait)
    try {
        return lease.protect(block)
    } finally {
        lease.giveBack()
    }
}

/**
 * Campaigns, calls [block] as the leader, and campaigns again when the leadership is lost or the block returns, which resigns;
 * no thread waits. It ends by cancellation, where who leads has resigned before this returns and who waits leaves the queue, and
 * by what is thrown.
 *
 * The block is cancelled when the leadership is lost, and the next campaign begins when it has ended. After a block that
 * returned within ten seconds, and after a campaign that failed, there is a pause before the next campaign, from a tenth of a
 * second to ten seconds the more often it happens; others may lead meanwhile. Campaigns that fail are logged.
 *
 * What the block throws goes out, once the candidate has resigned, unless it is a cancellation or a [LeaseLostException] of a
 * leadership that is lost.
 *
 * ```
 * client.election("scheduler").lead { leadership -> schedule(leadership.fence()) }
 * ```
 *
 * @throws AuthenticationException when the server does not accept the token
 * @throws DeniedException when this client may not stand for election
 * @throws ClientClosedException when the client is closed
 * @throws IllegalStateException when this candidate leads or campaigns already
 */
public suspend fun Election.lead(block: suspend (Lease) -> Unit): Nothing {
    val pauses = Pauses()
    while (true) {
        val leadership = elected(pauses)
        val begun = TimeSource.Monotonic.markNow()
        val isLost = leadership.isLostDuring(block)
        if (begun.elapsedNow() >= TERM) {
            pauses.reset()
        } else if (!isLost) {
            pauses.next()
        }
    }
}

/** Waits for ever to be elected, and goes on where a campaign fails that another may mend. */
private suspend fun Election.elected(pauses: Pauses): Lease {
    var isLogged = false
    while (true) {
        currentCoroutineContext().ensureActive()
        try {
            val elected = campaignAsync(CAMPAIGN.toJavaDuration()).awaitOr { late -> late.orElse(null)?.giveBack() }
            if (elected.isPresent) {
                return elected.get()
            }
        } catch (failure: DflockdException) {
            if (failure is AuthenticationException || failure is DeniedException || failure is ClientClosedException) {
                throw failure
            }
            // Where a server is away, every attempt fails in the same way: once says it.
            if (isLogged) {
                log.debug("{}: the campaign failed again: {}", this, failure.message)
            } else {
                log.warn("{}: the campaign failed, and goes on with pauses: {}", this, failure.message)
            }
            isLogged = true
            pauses.next()
        }
    }
}

private suspend fun Lease.isLostDuring(block: suspend (Lease) -> Unit): Boolean =
    try {
        protect(block)
        false
    } catch (lost: LeaseLostException) {
        if (loss() == null) {
            throw lost // of another lease
        }
        true
    } finally {
        giveBack()
    }

/** Twice as long each time, up to a limit, and each half to the whole of that: not all candidates come back together. */
private class Pauses {
    private var longest = FIRST_PAUSE

    suspend fun next() {
        val now = longest
        longest = minOf(longest * 2, LONGEST_PAUSE)
        delay(now * Random.nextDouble(0.5, 1.0))
    }

    fun reset() {
        longest = FIRST_PAUSE
    }
}

/** Calls the block, and cancels it when the lease is lost. */
private suspend fun <T> Lease.protect(block: suspend (Lease) -> T): T {
    val result = try {
        ensureValid()
        coroutineScope {
            val work = coroutineContext.job
            onLost { reason -> work.cancel(CancellationException("the lease was lost: $reason")) }
            block(this@protect)
        }
    } catch (failure: CancellationException) {
        currentCoroutineContext().ensureActive() // whoever called is gone, and hears of nothing else
        throw loss() ?: failure
    } catch (failure: Throwable) {
        if (failure !is LeaseLostException) {
            loss()?.let(failure::addSuppressed)
        }
        throw failure
    }
    loss()?.let { throw it } // of which the block may not have been told yet, or did not listen
    return result
}

/** Why the lease does not hold, asked of itself: what a coroutine was cancelled with may be a copy without its cause. */
private fun Lease.loss(): LeaseLostException? =
    try {
        ensureValid()
        null
    } catch (lost: LeaseLostException) {
        lost
    } catch (released: IllegalStateException) {
        null
    }

/**
 * Gives the lease back, even from a coroutine that is cancelled. Of one that was lost, no server is asked; but when this
 * returns, its election knows that it has ended, too.
 */
private suspend fun Lease.giveBack() {
    withContext(NonCancellable) {
        releaseAsync().completeOnTimeout(false, RELEASE_SECONDS, TimeUnit.SECONDS).await()
    }
}

/** Waits for what would be held for ever if nobody knew of it. */
private suspend fun <T : Any> CompletableFuture<T>.awaitOr(giveBack: suspend (T) -> Unit): T =
    try {
        await()
    } catch (cancelled: CancellationException) {
        cancel(false)
        if (!isCompletedExceptionally) {
            giveBack(join()) // it had come, but we were cancelled before we went on
        }
        throw cancelled
    }
