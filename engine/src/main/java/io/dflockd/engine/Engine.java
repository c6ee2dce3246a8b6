package io.dflockd.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state machine: applies actions, one after another, and lists their effects. Equal histories give equal engines.
 * Not thread-safe.
 *
 * <p>A step is short whatever there is to do: of what comes due or ends in masses each step does a slice, before it does
 * what it is asked, and {@link #nextDeadlineMs} says at once that more is due.
 */
public final class Engine {
    /** How far the number of a request of a named session may be above what its client has acknowledged. */
    public static final long REQUEST_WINDOW = Attachments.WINDOW;
    /** How many answers {@link #owedAnswers} passes on at once, and how many bytes. */
    private static final int OWED_SLICE = 1024;
    private static final long OWED_SLICE_BYTES = 1 << 20;
    /** The rules that this program knows. Every engine of a history must decide alike, so what decides has a number. */
    public static final int OLDEST_RULES = 1;
    public static final int NEWEST_RULES = 1;
    private static final long NEVER = Long.MAX_VALUE;

    private final LimitsInForce limits;
    private int rules;
    final Deadlines deadlines = new Deadlines();
    final Tally tally = new Tally();
    private final Tap tap = new Tap();
    final Population population = new Population();
    final Footprint footprint;
    final Sessions sessions;
    final Owners owners;
    final Tickets tickets = new Tickets();
    final Waits waits = new Waits(deadlines, tickets);
    final Chores chores = new Chores();
    final Endings endings = new Endings(this);
    final Subscriptions subscriptions;
    final Topics topics;
    final Watches watches;
    final Elections elections;
    final Locks locks;
    final Counters counters;
    final Values values;
    final Lists lists;
    final Barriers barriers;
    final TermOpening termOpening;
    private final Attachments attachments;
    private final Step step;
    long nowMs;
    long nextGcMs = NEVER;

    /** An empty engine under the oldest rules, whose first grant gets the fence after {@code lastFence}. */
    public Engine(EngineLimits limits, long lastFence) {
        this(limits, lastFence, Step.SLICE, OLDEST_RULES);
    }

    /** As the other, but its steps do so much at most. */
    Engine(EngineLimits limits, long lastFence, int slice) {
        this(limits, lastFence, slice, OLDEST_RULES);
    }

    Engine(EngineLimits ownLimits, long lastFence, int slice, int rules) {
        this.rules = rules;
        limits = new LimitsInForce(ownLimits);
        step = new Step(slice);
        footprint = new Footprint(ownLimits.maxBytes(), tally);
        footprint.reclaimWith(this::reclaim);
        owners = new Owners(footprint, tally);
        sessions = new Sessions(footprint, deadlines, owners);
        subscriptions = new Subscriptions(limits, sessions, footprint);
        topics = new Topics(sessions, subscriptions, tickets, footprint, chores);
        watches = new Watches(sessions, subscriptions, tickets, footprint, tap);
        elections = new Elections(sessions, subscriptions, tickets);
        locks = new Locks(
                limits, sessions, owners, deadlines, footprint, waits, chores, new Announcements(watches, elections),
                population, tally, tap);
        locks.lastFence = lastFence;
        var budget = new KeyBudget(limits, footprint, tally);
        counters = new Counters(limits, budget, owners, watches);
        values = new Values(budget, footprint, owners, deadlines, tickets, watches);
        lists = new Lists(limits, budget, footprint, sessions, owners, waits, chores, watches, tally);
        barriers = new Barriers(budget, footprint, sessions, owners, waits, chores);
        attachments = new Attachments(limits, sessions, owners, footprint, deadlines, tickets, topics, endings, tally);
        termOpening = new TermOpening(attachments);
    }

    /**
     * Lets what is due at this time happen, in the order in which it became due, and then what the action wants.
     *
     * @param timeMs the driver's clock, which need not be anybody's wall clock and must not go back; an earlier time is
     *     taken for the latest that was seen
     * @param effects gets what is to be done outside, behind what it has already
     * @throws IllegalStateException where this engine cannot carry the action out as others might; it is as it was before
     */
    public void apply(long timeMs, Action action, Effects effects) {
        requirePossible(action.command());
        nowMs = Math.max(nowMs, timeMs);
        step.begin(nowMs, action, effects);
        boolean justExpired = presentsExpiringToken(action.command());
        reach(action.session());
        // Before what is due, of which connections that have ended must get nothing.
        if (action.command() instanceof Command.Detach detach) {
            attachments.detach(detach, sessions.find(action.session()), step);
            step.refill();
        } else if (action.command() instanceof Command.OpenTerm open) {
            sessions.terms.begin(open.term(), nowMs);
            locks.lastFence = Math.max(locks.lastFence, open.wallMicros());
        }
        workOff();
        step.refill();
        step.askedBy(sessions.find(action.session()));
        if (attachments.admit(action, step)) {
            carryOut(action.command(), justExpired);
        }
        attachments.relieve(step);
        scheduleGc();
        step.end();
    }

    private void carryOut(Command command, boolean justExpired) {
        switch (command) {
            case Command.Tick ignored -> {} // only moves the time on, which is done
            case Command.Checkpoint ignored -> {} // is compared by whoever reads the log
            case Command.Detach ignored -> {} // was carried out, whoever speaks for the session by now
            case Command.Acknowledge ignored -> {} // what it says was heard on admission
            case Command.Attach attach -> attachments.attach(attach, step);
            case Command.Bye ignored -> attachments.bye(step);
            case Command.Introduce introduce -> attachments.introduce(introduce, step);
            case Command.Belong belong -> attachments.belong(belong, step);
            case Command.Refuse refuse -> step.answer(refuse.reason());
            case Command.Ping ignored -> step.answer(Outcome.DONE);
            case Command.OpenTerm ignored -> chores.begin(termOpening, step); // it has begun before what was due
            case Command.SetLimits set -> setLimits(set.limits());
            case Command.SetRules set -> rules = set.rules();
            case Command.Drain ignored ->
                chores.begin(new Drainage(sessions.numbers(), sessions, locks, lists, barriers), step);
            case Command.Cancel cancel -> cancel(cancel);
            case Command.Acquire acquire -> locks.acquire(acquire, step);
            case Command.Enqueue enqueue -> locks.enqueue(enqueue, step);
            case Command.Await await -> locks.await(await, step);
            case Command.Release release -> locks.release(release, step, justExpired);
            case Command.Renew renew -> locks.renew(renew, step, justExpired);
            case Command.Keep keep -> locks.keep(keep, step, justExpired);
            case Command.Downgrade downgrade -> locks.downgrade(downgrade, step, justExpired);
            case Command.Revoke revoke -> locks.revoke(revoke, step);
            case Command.EndSession end -> attachments.end(end, step);
            case Command.Increment increment -> counters.increment(increment, step);
            case Command.Decrement decrement -> counters.decrement(decrement, step);
            case Command.SetCounter set -> counters.set(set, step);
            case Command.SetValue set -> values.set(set, step);
            case Command.DeleteValue delete -> values.delete(delete, step);
            case Command.SwapValue swap -> values.swap(swap, step);
            case Command.Push push -> lists.push(push, step);
            case Command.Pop pop -> lists.pop(pop, step);
            case Command.BlockingPop pop -> lists.pop(pop, step);
            case Command.Read read -> step.answer(read(read, nowMs));
            case Command.Listen listen -> topics.listen(listen, step);
            case Command.Unlisten unlisten -> topics.unlisten(unlisten, step);
            case Command.Signal signal -> topics.signal(signal, step);
            case Command.Watch watch -> watches.watch(watch, step);
            case Command.Unwatch unwatch -> watches.unwatch(unwatch, step);
            case Command.AwaitBarrier await -> barriers.await(await, step);
            case Command.Observe observe -> elections.observe(observe, locks.isHeld(observe.key()), step);
            case Command.Unobserve unobserve -> elections.unobserve(unobserve, step);
        }
    }

    /** Answers a question as of this time, which must not be earlier than that of the latest action. Changes nothing. */
    public Outcome read(Command.Read question, long timeMs) {
        return switch (question) {
            case Command.GetCounter get -> counters.get(get);
            case Command.GetValue get -> values.get(get, timeMs);
            case Command.ListLength length -> lists.length(length);
            case Command.ListRange range -> lists.range(range);
            case Command.ListHolders list -> HolderLists.of(list, locks.resources.find(list.key()), timeMs);
        };
    }

    /**
     * Passes on some of the answers that a named session has not acknowledged, as they are or, to questions, as of now.
     *
     * @param from the first; one that was acknowledged meanwhile is passed over
     * @return the one after the last that was passed on; that many were decided where there are no more, and -1 where
     *     there is no such session
     */
    public long owedAnswers(long session, long from, Effects effects) {
        var owner = sessions.find(session);
        if (owner == null || owner.resumption == null) {
            return -1;
        }
        var owed = owner.resumption.owed;
        long next = Math.max(from, owed.received());
        long bytes = 0;
        for (int count = 0; next < owed.decided() && count < OWED_SLICE && bytes < OWED_SLICE_BYTES; count++) {
            var content = owed.content(next);
            var outcome = content instanceof Command.Read read ? read(read, nowMs) : (Outcome) content;
            effects.answer(session, owed.number(next), outcome);
            bytes += outcome instanceof Outcome.Values ? OWED_SLICE_BYTES : Footprint.answerBytes(outcome);
            next++;
        }
        return next;
    }

    /** How many answers were decided in a named session; -1 where there is none. */
    public long decidedAnswers(long session) {
        var owner = sessions.find(session);
        return owner == null || owner.resumption == null ? -1 : owner.resumption.owed.decided();
    }

    /** How many answers the client of a named session has acknowledged; -1 where there is none. */
    public long acknowledgedAnswers(long session) {
        var owner = sessions.find(session);
        return owner == null || owner.resumption == null ? -1 : owner.resumption.owed.received();
    }

    /** When the next {@link Command.Tick} is wanted, in the driver's time; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineMs() {
        return chores.isEmpty() ? Math.min(deadlines.nextMs(), nextGcMs) : nowMs;
    }

    /** The time of the latest action. */
    public long nowMs() {
        return nowMs;
    }

    /**
     * Whether the session holds something, waits for something or listens to something. A session that does not may still
     * be remembered, for a reservation that ran out, so it needs its {@link Command.Detach} like any other.
     */
    public boolean isOwner(long session) {
        var owner = sessions.find(session);
        return owner != null && owner.isOpen() && owner.ownsAnything();
    }

    /** Whether there is such a session. */
    public boolean hasSession(long session) {
        return sessions.find(session) != null;
    }

    /** Whether there is a session that is known by this name. */
    public boolean knowsSession(String name) {
        return sessions.named(name) != null;
    }

    /** What would end each of the subscriptions of a session, were it asked by it. */
    public List<Command> endsOfSubscriptions(long session) {
        var owner = sessions.find(session);
        return owner == null ? List.of() : owner.subscriptions.all().stream().map(Subscription::end).toList();
    }

    /** What somebody has taken to whom sessions belong. */
    public OwnerUse useBy(String ownerName) {
        var owner = owners.find(ownerName);
        return owner == null ? OwnerUse.NOTHING : new OwnerUse(owner.holds, owner.waiters, owner.valueBytes);
    }

    /** To whom a session belongs; empty for nobody, or where there is no such session. */
    public String ownerOf(long session) {
        var found = sessions.find(session);
        return found == null || found.owner == null ? "" : found.owner.name;
    }

    /** What a session's client calls itself; empty where it never said, or there is no such session. */
    public String clientName(long session) {
        var owner = sessions.find(session);
        return owner == null ? "" : owner.clientName;
    }

    /** How many sessions were set aside because they left too many answers unacknowledged. */
    public long sessionsSetAside() {
        return attachments.setAsideCount();
    }

    /** The limits in force. */
    public EngineLimits limits() {
        return limits.now();
    }

    /** The latest term that was opened; 0 where none was. */
    public long term() {
        return sessions.terms.latest();
    }

    /** The number of the rules in force. */
    public int rules() {
        return rules;
    }

    static boolean supports(long rules) {
        return rules >= OLDEST_RULES && rules <= NEWEST_RULES;
    }

    /** The number that the latest grant got. */
    public long lastFence() {
        return locks.lastFence;
    }

    /** How often something came that is served in the order in which it came. */
    public long lastTicket() {
        return tickets.last();
    }

    /** The engine's own estimate of the size of its state. */
    public long bytes() {
        return footprint.bytes();
    }

    /** How much there is of everything. Costs nothing, whatever the size of the state. */
    public Census census() {
        return new Census(
                locks.resources.all().size(),
                locks.resources.idleCount(),
                footprint.countOf(Footprint.Thing.HOLD),
                footprint.countOf(Footprint.Thing.WAITER),
                counters.all().size(),
                values.all().size(),
                lists.all().size(),
                footprint.countOf(Footprint.Thing.POPPER),
                barriers.all().size(),
                footprint.countOf(Footprint.Thing.PARTICIPANT),
                footprint.subscriptions(),
                subscriptions.countOf(Subscription.Kind.LISTENER),
                subscriptions.countOf(Subscription.Kind.WATCH),
                subscriptions.countOf(Subscription.Kind.OBSERVER),
                sessions.count(),
                sessions.namedCount(),
                footprint.bytes(),
                locks.lastFence,
                population.holds(),
                population.waiters());
    }

    /** What can be told by numbers. {@code timeMs}: now, for who has waited how long. Costs next to nothing. */
    public Measures measures(long timeMs) {
        return new Measures(
                census(), limits(), tally.copy(), population.oldestWaitMs(timeMs), population.groups(tally, timeMs));
    }

    /** Whether what happens from now on is counted among the measures. Decides nothing. */
    public void count(boolean counts) {
        tally.count(counts);
    }

    /** Has what happens from now on written down there; null where nobody reads it. Decides nothing. */
    public void writeEvents(@Nullable EventRing ring) {
        tap.into(ring);
    }

    /** Has the keys measured apart that begin with one of these; the longest that fits counts. Looks at all keys once. */
    public void group(List<String> prefixes) {
        tally.groups(prefixes.size());
        population.group(prefixes, locks.resources.all());
    }

    /** Takes the place of another engine of the same process: measures go on from there. Looks at all keys once. */
    public void goOnFrom(Engine former) {
        tally.goOnFrom(former.tally);
        tap.goOnFrom(former.tap);
        population.group(former.population.prefixes(), locks.resources.all());
    }

    /** Writes the whole state. Equal engines write equal bytes. */
    public void writeSnapshot(DataOutput out) throws IOException {
        Snapshot.write(this, out);
    }

    /** Reads what {@link #writeSnapshot} wrote. */
    public static Engine readSnapshot(DataInput in) throws IOException {
        return readSnapshot(in, Step.SLICE);
    }

    /** As the other, for an engine whose steps do so much at most. */
    static Engine readSnapshot(DataInput in, int slice) throws IOException {
        return Snapshot.read(in, slice);
    }

    private void requirePossible(Command command) {
        if (command instanceof Command.OpenTerm open && open.term() <= term()) {
            throw new IllegalStateException(
                    "term " + open.term() + " is to begin, but term " + term() + " has begun already");
        }
        if (command instanceof Command.SetRules set && !supports(set.rules())) {
            throw new IllegalStateException(
                    "rules " + set.rules() + " are to come into force, this program knows rules "
                            + OLDEST_RULES + " to " + NEWEST_RULES);
        }
    }

    /** Who acts, or is acted for, finds its session as if a new term had come to all of them at once. */
    private void reach(long number) {
        var session = sessions.firstOfEarlierTerm() == null ? null : sessions.find(number);
        if (session != null) {
            attachments.reach(session, step);
        }
    }

    private void setLimits(EngineLimits others) {
        limits.change(others);
        footprint.boundBy(others.maxBytes());
    }

    private boolean presentsExpiringToken(Command command) {
        if (deadlines.nextMs() > nowMs) {
            return false;
        }
        var hold = switch (command) {
            case Command.Release release -> locks.find(release.key(), release.token());
            case Command.Renew renew -> locks.find(renew.key(), renew.token());
            case Command.Keep keep -> locks.find(keep.key(), keep.token());
            case Command.Downgrade downgrade -> locks.find(downgrade.key(), downgrade.token());
            default -> null;
        };
        return hold != null && hold.deadlineMs <= nowMs;
    }

    /** A slice of what is due, and of what was left over from earlier steps. */
    private void workOff() {
        while (!step.isSpent()) {
            @Nullable Timed due = deadlines.pollDue(nowMs);
            if (due == null) {
                break;
            }
            step.spend();
            expire(due);
        }
        if (nowMs >= nextGcMs && !step.isSpent()) {
            boolean more = locks.resources.collectIdle(step) || counters.collectIdle(step);
            nextGcMs = more ? nowMs : NEVER;
        }
        chores.work(step);
    }

    private void expire(Timed due) {
        switch (due) {
            case Hold hold -> locks.expire(hold, step);
            case Waiting waiting -> endings.expire(waiting, step);
            case StoredValue value -> values.expire(value, step);
            case Resumption.Absence absence -> {
                if (absence.session != null) {
                    tally.ended(Tally.SessionEnding.GRACE);
                    endings.begin(absence.session, Session.Phase.ENDING, step);
                }
            }
        }
    }

    private void scheduleGc() {
        if (nextGcMs == NEVER && (locks.resources.hasIdle() || counters.hasIdle())) {
            nextGcMs = nowMs + limits.now().gcIntervalMs();
        }
    }

    /** Frees something that nobody needs, or that one has for too long and others need. */
    @SuppressWarnings("ReferenceEquality") // which session it is
    private boolean reclaim() {
        if (locks.resources.reclaim()) {
            return true;
        }
        var heaviest = footprint.isCrowdedByAnswers() ? sessions.heaviest() : null;
        // Who asks is refused rather than ended while it asks; if it is too much, its turn comes when the step is done.
        if (heaviest == null || heaviest == step.asker()) {
            return false;
        }
        attachments.setAside(heaviest, step);
        return true;
    }

    private void cancel(Command.Cancel command) {
        var session = step.asker();
        var waiting = session == null ? null : waits.find(session, command.request());
        if (waiting != null) {
            endings.expire(waiting, step);
        }
        step.answer(Outcome.DONE);
    }
}
