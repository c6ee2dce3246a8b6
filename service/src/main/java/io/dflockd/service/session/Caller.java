package io.dflockd.service.session;

import io.dflockd.engine.Command;
import io.dflockd.engine.Outcome;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Tag;
import io.dflockd.service.access.Login;
import io.dflockd.service.access.Principal;
import io.dflockd.service.stats.Traffic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A connection as the service knows it: whom it speaks for, what of it waits, how far it has been told. What is volatile
 * may be asked by any thread; the rest is guarded by the engine's lock.
 */
public final class Caller {
    /** How many tagged requests may be unanswered at once. */
    static final int MAX_TAGS_IN_FLIGHT = 131_072;
    /** The place of one that does not wait for room in the journal. */
    public static final long NO_PLACE = 0;
    /** Of how many numbered requests that are not decided the verb is remembered, so that they can be counted by it. */
    private static final int MAX_VERBS = 8192;
    private static final int BYTES_OF_A_RECORD = 256;
    private static final Command.Belong NOBODYS = new Command.Belong("", 0, 0, 0);
    private static final long NONE = 0;
    private static final long NANOS_PER_MS = 1_000_000;

    private Receiver receiver;
    private final long connection;
    /** The session that it speaks for: its own, which has its number, or a named one. */
    private volatile long session;
    /** The untagged request that waits. */
    private volatile long blocked = NONE;
    /** Whether that one is worked on outside the engine. */
    private volatile boolean workedFor;
    private volatile int tagCount;
    /** Whether answers of its session wait in the engine until its receiver can take them. */
    private volatile boolean behind;
    private volatile boolean ended;
    /** How many of its actions were handed in and are not applied yet. */
    private volatile int underWay;
    /** Whether a request of it is held back until nothing is under way. */
    private volatile boolean waitsForAll;
    /** Whether the one that waits changes whom it speaks for. */
    private volatile boolean changing;
    /** For people alone. */
    private final long openedAt = System.nanoTime();
    /** Who it is; null before it has shown that. */
    private volatile @Nullable Login login;
    /** What its client called itself, for those who read the log; empty before it has. */
    private volatile String clientName = "";
    /** Whether it came while nobody was to come. */
    private volatile boolean late;
    /** Its place among those who wait for room in the journal. */
    private volatile long roomPlace = NO_PLACE;
    /** What {@link #verbs} and {@link #recorded} take. */
    private volatile int rememberedBytes;

    /** As whose its connection was told to the engine to be. Guarded by the engine's lock. */
    private Command.Belong belonging = NOBODYS;

    /** The code of the verb of what it asks. */
    private int verb = Traffic.UNKNOWN;
    private boolean taken;
    private Traffic.Result resultHere = Traffic.Result.OK;
    private long lastRequest;
    /** The numbered request that is about to be applied, and the verbs of those that are not decided; null for none. */
    private long runningNumber = NONE;
    private int runningVerb;
    private @Nullable LongMap<Integer> verbs;
    private long running = NONE;
    private String runningTag = Tag.NONE;
    private @Nullable TagsInFlight tags;
    /** Untagged requests that are under way and do not wait, in their order; null for none. */
    private @Nullable ArrayDeque<Long> pipelined;
    /** Its receiver once it has left; null before. */
    private @Nullable Gone gone;
    private boolean detached;
    /** What is to be recorded when it is answered; null for nothing. */
    private @Nullable Map<Long, Command> recorded;
    /** The next to be handed in, where it is to be recorded. */
    private @Nullable Command toRecord;
    /** How many answers of its named session it was given, from the first one on. */
    private long told;

    Caller(Receiver receiver, long connection) {
        this.receiver = receiver;
        this.connection = connection;
        this.session = connection;
    }

    public Receiver receiver() {
        return receiver;
    }

    /** The number of the connection, which no other ever has. */
    public long connection() {
        return connection;
    }

    /** How long it has been there. */
    public long ageMs() {
        return (System.nanoTime() - openedAt) / NANOS_PER_MS;
    }

    /** The number of the session that it speaks for. */
    public long session() {
        return session;
    }

    /** Whether it speaks for a session with a name, so that its requests have numbers. */
    public boolean isNamed() {
        return session != connection;
    }

    /** Whether an untagged request has no answer yet, so that the untagged ones behind it must wait. */
    public boolean isBlocked() {
        return blocked != NONE;
    }

    /** Whether that one changes whom it speaks for, so that tagged ones must wait as well. */
    public boolean isChanging() {
        return changing;
    }

    /**
     * Whether it is about to be answered, without any other client doing anything for that. If it is, the connection is woken
     * when it is no more, also where what it asked for waits and so has no answer. By the thread that hands its requests in.
     */
    public boolean isWorkedFor() {
        return workedFor || (underWay > 0 && mustWaitForAll());
    }

    /** Whether something that it wants was handed in and is not applied yet. */
    public boolean isUnderWay() {
        return underWay > 0;
    }

    /**
     * A request is held back while something is under way; whoever has applied the last of that wakes the connection. Returns
     * whether there is something still. By the thread that hands its requests in.
     */
    public boolean mustWaitForAll() {
        waitsForAll = true; // before it looks, or nobody might see the other
        return underWay > 0;
    }

    /** Whether to wake one that was held back until nothing is under way. Only with the engine's lock held. */
    public boolean hasAllThatItWaitsFor() {
        if (underWay > 0 || !waitsForAll) {
            return false;
        }
        waitsForAll = false;
        return true;
    }

    /** Its place among those who wait for room in the journal; {@link #NO_PLACE} where it does not. */
    public long roomPlace() {
        return roomPlace;
    }

    public void waitForRoom(long place) {
        roomPlace = place;
    }

    /** Whether it goes on when something is applied, whatever other clients do. */
    public boolean goesOnByItself() {
        return underWay > 0 || roomPlace != NO_PLACE;
    }

    /** How many of its actions were handed in and are not applied yet. */
    public int underWay() {
        return underWay;
    }

    /** How many tagged requests have no answer yet. */
    public int tagsInFlight() {
        return tagCount;
    }

    /**
     * What it takes to remember of its requests what is needed when they are decided, in bytes. A client that sends numbers
     * again that were answered has that remembered for nothing, until it speaks for another session.
     */
    public int rememberedBytes() {
        return rememberedBytes;
    }

    private void countRemembered() {
        int ofVerbs = verbs == null ? 0 : verbs.bytes();
        rememberedBytes = ofVerbs + (recorded == null ? 0 : recorded.size() * BYTES_OF_A_RECORD);
    }

    /** Whether there are answers that it is to ask for with {@code catchUp}. */
    public boolean isBehind() {
        return behind;
    }

    /** Whether nothing that it asks is carried out any more. */
    public boolean isEnded() {
        return ended;
    }

    public boolean isAuthenticated() {
        return login != null;
    }

    /** It has shown who it is, or need not. */
    public void authenticate(Login shown) {
        login = shown;
    }

    /** Who it is; null before it has shown that. */
    public @Nullable Login login() {
        return login;
    }

    /** As whom it asks. Only of one that is authenticated. */
    public Principal principal() {
        var shown = login;
        if (shown == null) {
            throw new IllegalStateException("it is not known who asks");
        }
        return shown.principal();
    }

    /** Its client has said what it calls itself. */
    public void introduced(String name) {
        clientName = name;
    }

    /**
     * Has a line of the log say which connection it is about: its number and its peer, and as far as that is known how the
     * client calls itself and who it has shown to be.
     */
    public LoggingEventBuilder identify(LoggingEventBuilder line) {
        var told = line.addKeyValue("conn", connection).addKeyValue("peer", receiver::peer);
        var name = clientName;
        if (!name.isEmpty()) {
            told = told.addKeyValue("client", () -> Octets.toText(name));
        }
        var shown = login;
        var principal = shown == null ? "" : shown.principal().name();
        return principal.isEmpty() ? told : told.addKeyValue("principal", principal);
    }

    /** Whether the engine was not told this of the connection already; it is then. Only with the engine's lock held. */
    public boolean comesToBelong(Command.Belong other) {
        boolean changes = !belonging.equals(other);
        belonging = other;
        return changes;
    }

    /** It has come while nobody was to come. */
    public void comesLate() {
        late = true;
    }

    /** Whether it came while nobody was to come, and speaks for no session that was there before. */
    public boolean isTurnedAway() {
        return late && !isNamed();
    }

    void end() {
        ended = true;
    }

    /** Something that it wants is handed in. Only with the engine's lock held. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // the lock makes it one
    public void submitted() {
        underWay++;
    }

    /** What it wanted is applied. Only with the engine's lock held. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // the lock makes it one
    public void applied() {
        underWay--;
    }

    /** Its connection is gone: it is told no more, and what it was given and did not get is kept. */
    public void leave() {
        ended = true;
        gone = new Gone(receiver);
        receiver = gone;
    }

    /** Whether its connection is gone. */
    public boolean hasLeft() {
        return gone != null;
    }

    /** Whether it has been handed in that it has left. */
    public boolean isDetached() {
        return detached;
    }

    public void detach() {
        detached = true;
    }

    /** Whether it was given something, or was to be told something, that was not yet taken. */
    public boolean hasMissed() {
        return gone != null && (gone.hasUndelivered() || (isNamed() && gone.hasMissedPushes()));
    }

    /** What it was given alone and did not get since this was last asked, the latest first. */
    public List<Outcome> takeUndelivered() {
        return gone == null ? List.of() : gone.takeUndelivered();
    }

    /** How many pushes it did not get since this was last asked. */
    public long takeMissedPushes() {
        return gone == null ? 0 : gone.takeMissedPushes();
    }

    /** The requests of a session without a name that wait. */
    public List<Long> waiting() {
        var requests = new ArrayList<Long>();
        if (blocked != NONE) {
            requests.add(blocked);
        }
        if (tags != null) {
            requests.addAll(tags.requests());
        }
        return requests;
    }

    /** A request with this verb has its turn. By the thread that hands its requests in, as are the two that follow. */
    public void asks(int verbCode) {
        verb = verbCode;
        taken = false;
        resultHere = Traffic.Result.OK;
    }

    /** The request that has its turn is answered without the driver, and this is what comes of it. */
    public void answersHere(Traffic.Result result) {
        resultHere = result;
    }

    /** What came of the request that had its turn, where the driver has not taken it. */
    public Traffic.Result resultHere() {
        return resultHere;
    }

    /** The code of the verb of the request that had its turn last. */
    public int verb() {
        return verb;
    }

    /** Whether the driver has taken that request, so that it says what comes of it. */
    public boolean isTaken() {
        return taken;
    }

    /**
     * A request is about to be applied. Returns its number, which is negative where a named session does not count it; what
     * it asks is in the lowest bits, so that nothing else must remember it.
     */
    public long begin(String tag) {
        taken = true;
        long number = (++lastRequest << Traffic.CODE_BITS) | verb;
        running = isNamed() ? -number : number;
        runningTag = tag;
        return running;
    }

    /** The numbered request is about to be applied. */
    public void beginNumbered(long number) {
        taken = true;
        runningNumber = number;
        runningVerb = verb;
    }

    /** It was handed in: if it is not decided yet, it will be later. */
    public void leaveNumberedOpen() {
        if (runningNumber == NONE) {
            return;
        }
        if (verbs == null) {
            verbs = new LongMap<>();
        }
        if (verbs.size() < MAX_VERBS) {
            int before = verbs.bytes();
            verbs.put(runningNumber, runningVerb);
            if (verbs.bytes() != before || rememberedBytes == 0) {
                countRemembered();
            }
        }
        runningNumber = NONE;
    }

    /** The numbered request is decided. The code of its verb. */
    int decided(long number) {
        if (number == runningNumber) {
            runningNumber = NONE;
            return runningVerb;
        }
        var code = verbs == null ? null : verbs.get(number);
        if (verbs == null || code == null) {
            return Traffic.UNKNOWN;
        }
        verbs.remove(number);
        return code;
    }

    /** The code of the verb of a request that has no number from its client. */
    static int verbOf(long request) {
        return (int) (Math.abs(request) & ((1 << Traffic.CODE_BITS) - 1));
    }

    /** What comes of the command is to be recorded, which is handed in next, by the calling thread. */
    public void record(Command command) {
        toRecord = command;
    }

    /** The command is about to be handed in as the request of that number. */
    @SuppressWarnings("ReferenceEquality") // the very one that was announced
    public void handsIn(long request, Command command) {
        if (toRecord == null) {
            return;
        }
        if (toRecord == command) {
            if (recorded == null) {
                recorded = new HashMap<>(2);
            }
            // A number that was taken before is not answered again, so there must be an end to what is remembered.
            if (recorded.size() < MAX_TAGS_IN_FLIGHT) {
                recorded.put(request, command);
                countRemembered();
            }
        }
        toRecord = null;
    }

    /** The command of that number, if what comes of it is to be recorded. */
    @Nullable
    Command takeRecorded(long request) {
        if (recorded == null) {
            return null;
        }
        var command = recorded.remove(request);
        if (command != null) {
            countRemembered();
        }
        return command;
    }

    /** What began was handed in: if it has no answer yet, it waits or is under way. */
    public void leaveOpen(Command command) {
        if (running == NONE) {
            return;
        }
        if (runningTag.isEmpty()) {
            leaveUntaggedOpen(command);
        } else {
            if (tags == null) {
                tags = new TagsInFlight();
            }
            tags.add(runningTag, running);
            tagCount = tags.size();
        }
        running = NONE;
    }

    private void leaveUntaggedOpen(Command command) {
        changing = command instanceof Command.Attach || command instanceof Command.Bye;
        if (changing || mayWait(command)) {
            blocked = running;
        } else {
            if (pipelined == null) {
                pipelined = new ArrayDeque<>();
            }
            pipelined.add(running);
        }
    }

    private static boolean mayWait(Command command) {
        return switch (command) {
            case Command.Acquire acquire -> acquire.waitMs() > 0;
            case Command.Await await -> await.waitMs() > 0;
            case Command.BlockingPop pop -> pop.waitMs() > 0;
            case Command.AwaitBarrier await -> await.waitMs() > 0;
            default -> false;
        };
    }

    /** Whether one more request may have this tag. */
    public boolean canTag(String tag) {
        return tags == null || (tags.request(tag) == null && tags.size() < MAX_TAGS_IN_FLIGHT);
    }

    /** The request with this tag that waits; 0 where none does. */
    public long waiting(String tag) {
        var request = tags == null ? null : tags.request(tag);
        return request == null ? NONE : request;
    }

    /** The tag under which the request is answered; null where it is none of those that are open. */
    @Nullable
    String answered(long request) {
        if (request == running) {
            running = NONE;
            return runningTag;
        }
        if (request == blocked) {
            blocked = NONE;
            workedFor = false;
            changing = false;
            return Tag.NONE;
        }
        if (pipelined != null && pipelined.peekFirst() == request) {
            pipelined.removeFirst();
            if (pipelined.isEmpty()) {
                pipelined = null;
            }
            return Tag.NONE;
        }
        var tag = tags == null ? null : tags.remove(request);
        if (tags != null) {
            tagCount = tags.size();
            if (tagCount == 0) {
                tags = null;
            }
        }
        return tag;
    }

    /** Something that the engine has no part in is being worked on: untagged requests wait as they do for the engine. */
    public long beginOutside() {
        long request = begin(Tag.NONE);
        blocked = request;
        running = NONE;
        workedFor = true;
        return request;
    }

    /** It speaks for another session from now on, of whose answers it was given so many. */
    void speakFor(long other, long answersTold) {
        session = other;
        told = answersTold;
        behind = false;
        blocked = NONE;
        changing = false;
        pipelined = null;
        tags = null;
        tagCount = 0;
        verbs = null;
        recorded = null; // the numbers of the other session mean something else
        countRemembered();
    }

    long told() {
        return told;
    }

    void toldOneMore() {
        told++;
    }

    void toldUpTo(long answers) {
        told = answers;
    }

    void setBehind(boolean isBehind) {
        behind = isBehind;
    }
}
