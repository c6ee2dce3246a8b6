package io.dflockd.client.internal.hold;

import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.internal.Log;
import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.hold.Tenure.State;
import io.dflockd.client.internal.hold.Tenure.Step;
import io.dflockd.client.internal.link.Holder;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one lease alive, and knows for how long it is: {@link Tenure} decides, and here it is done. The server is spoken
 * to for that by {@link Renewing}.
 *
 * <p>Nothing here blocks: all runs on the timer, on readers, or on the caller's thread. What a step arranges with the timer
 * is done under the lock, all else outside.
 */
@SuppressWarnings("ReferenceEquality") // which link it is, not what it is like
final class LeaseKeeper implements Members.Member, Holder {
    private static final Log log = Log.of(LeaseKeeper.class);
    private static final TimeSource.Alarm NO_ALARM = () -> {};

    private final HoldTerms terms;
    private final TimeSource time;
    private final String token;
    private final Ending ending;
    private final Renewing renewing;

    private final ReentrantLock lock = new ReentrantLock();
    private final Tenure tenure;
    private Link link;
    /** Completes when the last renewal over the link is answered, or never will be. */
    private CompletableFuture<Boolean> renewal = CompletableFuture.completedFuture(true);
    /** Set only while it is open whether the next renewal succeeds: a renewal is always due before it. */
    private TimeSource.Alarm deadline = NO_ALARM;

    /** @param sentAt when the request that proves the lease was sent, or before */
    LeaseKeeper(HoldTerms terms, Link link, Reply.Granted grant, long leaseMs, long sentAt) {
        this.terms = terms;
        this.time = terms.time();
        this.link = link;
        this.token = grant.token();
        this.tenure = new Tenure(terms.margin(), Nanos.ofMs(leaseMs), grant.fence(), sentAt);
        this.ending = new Ending(terms, token);
        this.renewing = new Renewing(terms, token, this);
    }

    /** Begins to look after the hold. */
    void start(long leaseMs, long sentAt) {
        terms.dialer().meter().holds();
        var over = link;
        lock.lock();
        try {
            plan(Nanos.ofMs(leaseMs), sentAt);
        } finally {
            lock.unlock();
        }
        if (terms.members().add(this)) {
            watch(over);
        } else {
            var unused = clientClosed();
        }
    }

    String token() {
        return token;
    }

    @Override
    public long fence() {
        return locked(() -> tenure.fence());
    }

    @Override
    public Margin margin() {
        return terms.margin();
    }

    /** For how long it is valid; 0 when it is not. */
    long remainingNanos() {
        return locked(() -> tenure.leftNanos(time.nanoTime(), kept()));
    }

    boolean isOver() {
        return locked(tenure::isOver);
    }

    boolean isReleased() {
        return locked(() -> tenure.state() == State.RELEASED);
    }

    /** Why it is not valid, from the moment on in which it is not. */
    LossReason lossReason() {
        return locked(tenure::lossReason);
    }

    Ending ending() {
        return ending;
    }

    /** Gives the hold back. The future tells whether the server confirmed it; the link is closed in the end. */
    CompletableFuture<Boolean> release() {
        return release(false);
    }

    /** As {@link #release}, for a caller who waits for that then. */
    CompletableFuture<Boolean> releaseHere() {
        return release(true);
    }

    private CompletableFuture<Boolean> release(boolean here) {
        act(arranged(tenure::release), here);
        return ending.released();
    }

    /** When no renewal can come behind what is sent from now on, once the hold was left by {@link #detach}. */
    CompletableFuture<Boolean> quiet() {
        return locked(() -> renewal);
    }

    /** Leaves the hold to the caller, who goes on with it over the link; null, and nothing happens, where it is not held. */
    @Nullable
    Link detach() {
        Link over;
        lock.lock();
        try {
            if (tenure.state() != State.HELD || tenure.leftNanos(time.nanoTime(), kept()) == 0) {
                return null;
            }
            over = link;
            arrange(tenure.release());
        } finally {
            lock.unlock();
        }
        end();
        ending.passOn();
        return over;
    }

    @Override
    public CompletableFuture<?> clientClosed() {
        decide(tenure::clientClosed);
        return ending.farewell();
    }

    @Override
    public void ended(String reason) {
        decide(() -> tenure.ended(reason.equals(Push.Lost.EXPIRED)));
    }

    @Override
    public void unproved() {
        decide(this::look);
    }

    private void deadlinePassed() {
        decide(() -> {
            deadline = NO_ALARM;
            return look();
        });
    }

    /** The lock is held. */
    private Step look() {
        return tenure.look(time.nanoTime(), kept(), link.isConnected());
    }

    /** The lock is held. While adrift it is the lease that counts: the server keeps the hold without any link. */
    private long kept() {
        return tenure.state() == State.ADRIFT ? Nanos.FOREVER : link.keptNanos(terms.margin());
    }

    private void watch(Link watched) {
        watched.add(this);
        var unused = watched.closed().thenAccept(why -> linkEnded(watched, why));
    }

    private void linkEnded(Link over, DflockdException why) {
        over.remove(this);
        var step = decide(() -> over == link ? tenure.linkEnded(over.keepsHolds()) : new Step.Nothing());
        if (step instanceof Step.SeekLink || step instanceof Step.Lose) {
            renewing.failed(new ConnectionLostException(
                    terms.subject() + ": the connection ended while the lease was held: " + Words.of(why), why));
        }
    }

    /** A renewal that is to be sent over the link now; whoever sends it says when it is answered. */
    record Due(Link over, long replyNanos, CompletableFuture<Boolean> answered) {}

    /** The renewal whose time has come; null when there is none. Sees to it that the end does not go unnoticed. */
    @Nullable
    Due due(long now) {
        lock.lock();
        try {
            if (tenure.state() != State.HELD) {
                return null;
            }
            armDeadline();
            long left = tenure.leftNanos(now, kept());
            // What is left after an answer that never comes is for another try, where one over a new connection can help.
            boolean canHelp = link.keepsHolds() || link.graceNanos() < Nanos.FOREVER;
            long replyNanos = Math.min(Nanos.of(link.options().responseTimeout()), canHelp ? left * 2 / 3 : left);
            renewal = new CompletableFuture<>();
            return new Due(link, Math.max(1, replyNanos), renewal);
        } finally {
            lock.unlock();
        }
    }

    /** A renewal that was sent at that time was answered over this link. */
    void renewed(Link over, long sentAt, Reply.Renewed renewed) {
        long leaseNanos = Nanos.ofMs(renewed.leaseMs());
        var step = decide(() -> {
            var result = tenure.renewed(leaseNanos, renewed.fence(), sentAt, over != link);
            if (result instanceof Step.GoOn) {
                link = over;
                deadline.cancel();
                deadline = NO_ALARM;
                plan(leaseNanos, sentAt);
            }
            return result;
        });
        if (step instanceof Step.GoOn goOn && goOn.adopted()) {
            log.info("{}: took the hold up again over a new connection", terms.subject());
            watch(over);
        } else if (step instanceof Step.TooLate) {
            dropUnlessLinked(over);
        }
    }

    /** The server says that there is no such hold, or that its lease has ended; false where that is no news. */
    boolean gone(Link over, boolean expired) {
        var step = decide(() -> tenure.gone(expired));
        dropUnlessLinked(over);
        return step instanceof Step.Lose;
    }

    /** A renewal failed in a way that leaves the hold as it was; false where nobody is interested any more. */
    boolean retry() {
        return !(decide(() -> tenure.failed(ThreadLocalRandom.current().nextDouble())) instanceof Step.Nothing);
    }

    boolean isAdrift() {
        return locked(() -> tenure.state() == State.ADRIFT);
    }

    boolean isAdriftWithout(Link fresh) {
        return locked(() -> tenure.state() == State.ADRIFT && link != fresh);
    }

    /** Closes a link that was made to go on over, where nobody goes on. */
    private void dropUnlessLinked(Link over) {
        if (over != last()) {
            over.close();
        }
    }

    /** Has the tenure decide, and does what it says. */
    private Step decide(Supplier<Step> decision) {
        var step = arranged(decision);
        act(step, false);
        return step;
    }

    private Step arranged(Supplier<Step> decision) {
        lock.lock();
        try {
            var step = decision.get();
            arrange(step);
            return step;
        } finally {
            lock.unlock();
        }
    }

    /** The lock is held. */
    private void arrange(Step step) {
        if (step instanceof Step.RenewAgain again) {
            renewing.renewAfter(again.afterNanos());
        } else if (step instanceof Step.SeekLink seek) {
            armDeadline();
            renewing.stop();
            if (seek.afterNanos() > 0) {
                renewing.seekAfter(seek.afterNanos());
            }
        } else if (step instanceof Step.LookAgain) {
            armDeadline();
        } else if (step instanceof Step.Lose || step instanceof Step.GiveBack) {
            renewing.stop();
            deadline.cancel();
        }
    }

    /** The lock is held. */
    private void plan(long leaseNanos, long sentAt) {
        renewing.plan(leaseNanos, sentAt);
        if (!terms.renews()) {
            armDeadline();
        }
    }

    /** Sees to it that the end of the lease does not go unnoticed. The lock is held. */
    private void armDeadline() {
        if (deadline == NO_ALARM) {
            deadline = time.after(tenure.leftNanos(time.nanoTime(), Nanos.FOREVER), this::deadlinePassed);
        }
    }

    private void act(Step step, boolean here) {
        if (step instanceof Step.SeekLink seek && seek.afterNanos() == 0) {
            renewing.seek();
        } else if (step instanceof Step.Lose loss) {
            end();
            if (loss.reason() != LossReason.CLIENT_CLOSED) {
                log.warn("{}: the hold is lost: {} (fence {})", terms.subject(), loss.reason(), fence());
            }
            ending.lose(loss.reason(), loss.farewell(), last(), loss.farewellAfterNanos());
        } else if (step instanceof Step.GiveBack back) {
            end();
            ending.giveBack(back.farewell(), last(), here);
        }
    }

    private void end() {
        renewing.cancelDialling();
        last().remove(this);
        terms.dialer().meter().holdsNoMore();
        var unused = ending.farewell().thenRun(() -> terms.members().remove(this));
    }

    private Link last() {
        return locked(() -> link);
    }

    private <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }
}
