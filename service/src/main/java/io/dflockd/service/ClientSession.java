package io.dflockd.service;

import io.dflockd.engine.Outcome;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's standing with the engine: what it holds, waits for and listens to is its own, not its connection's. One
 * without a name ends with its connection. One with a name outlives it by the grace and waits for another connection
 * that names it.
 *
 * <p>Everything here is guarded by the lock of {@code EngineDriver}, but {@link #isBlocked} may be asked by any thread.
 */
public final class ClientSession {
    /** How many tagged requests may be unanswered at once. */
    static final int MAX_TAGS_IN_FLIGHT = 131_072;

    private static final long NONE = 0;

    private final long id;
    private @Nullable Caller caller;

    /** The request that is being applied right now. */
    private long running = NONE;
    private String runningTag = Tag.NONE;
    private int runningDigest;
    /** The untagged request that blocks. */
    private volatile long blocked = NONE;
    /** The tagged requests that block; absent while there are none. */
    private @Nullable TagsInFlight tags;
    private volatile int tagsInFlight;
    private @Nullable Resumption resumption;
    private long absences;

    /** The requests of a session that have a tag and no answer yet. */
    private static final class TagsInFlight {
        final Map<Long, InFlight> byRequest = new HashMap<>();
        final Map<String, InFlight> byTag = new HashMap<>();
    }

    /** A tagged request without an answer. The digest tells whether one that is sent again is the same. */
    private record InFlight(long request, String tag, int digest) {}

    public ClientSession(long id, Caller caller) {
        this.id = id;
        this.caller = caller;
    }

    public long id() {
        return id;
    }

    /** Who speaks for it now; null while it is away. */
    public @Nullable Caller caller() {
        return caller;
    }

    /** What makes it outlive its connection; null where it has no name. */
    public @Nullable Resumption resumption() {
        return resumption;
    }

    /** How often nobody spoke for it any more. */
    public long absences() {
        return absences;
    }

    /** Gives it a name. */
    public void setResumption(Resumption resumption) {
        this.resumption = resumption;
    }

    boolean isBlocked() {
        return blocked != NONE;
    }

    /** Whether a request has not been answered yet. */
    public boolean isBusy() {
        return blocked != NONE || tags != null;
    }

    /** How many tagged requests have no answer yet. May be asked by any thread. */
    int tagsInFlight() {
        return tagsInFlight;
    }

    /** What becomes of a tagged request that comes in. */
    public sealed interface Admission {
        /** It is new: let it be applied. */
        record New() implements Admission {}

        /** It was sent again and waits already: do nothing, the answer will come. */
        record Waiting() implements Admission {}

        /** It was sent again and this is what had been decided. */
        record Decided(Outcome outcome) implements Admission {}

        /** Its tag is in flight, or too many are. */
        record Refused() implements Admission {}

        Admission NEW = new New();
        Admission WAITING = new Waiting();
        Admission REFUSED = new Refused();
    }

    public Admission admit(String tag, Request request) {
        var inFlight = tags == null ? null : tags.byTag.get(tag);
        if (resumption != null) {
            var admission = inFlight == null
                    ? resumption.decided(tag, request.hashCode())
                    : resumption.waiting(tag, inFlight.digest == request.hashCode());
            if (admission != null) {
                return admission;
            }
        }
        boolean full = tags != null && tags.byTag.size() >= MAX_TAGS_IN_FLIGHT;
        return inFlight != null || full ? Admission.REFUSED : Admission.NEW;
    }

    public void begin(long request, String tag, Request content) {
        running = request;
        runningTag = tag;
        runningDigest = resumption == null || tag.isEmpty() ? 0 : content.hashCode();
    }

    /** The request that began was applied; if it has no answer yet, it blocks. */
    public void leaveOpen() {
        if (running == NONE) {
            return;
        }
        if (runningTag.isEmpty()) {
            blocked = running;
        } else {
            if (tags == null) {
                tags = new TagsInFlight();
            }
            var inFlight = new InFlight(running, runningTag, runningDigest);
            tags.byRequest.put(running, inFlight);
            tags.byTag.put(runningTag, inFlight);
            tagsInFlight = tags.byTag.size();
            if (resumption != null) {
                resumption.sawInFlight(tags.byTag.size());
            }
        }
        running = NONE;
    }

    public void answer(long request, Outcome outcome) {
        if (request == running) {
            running = NONE;
            deliver(runningTag, runningDigest, outcome);
        } else if (request == blocked) {
            blocked = NONE;
            deliver(Tag.NONE, 0, outcome);
        } else {
            var inFlight = remove(request);
            deliver(inFlight.tag, inFlight.digest, outcome);
        }
    }

    /** The request with this tag that waits; 0 where there is none. */
    public long waiting(String tag) {
        var inFlight = tags == null ? null : tags.byTag.get(tag);
        return inFlight == null ? NONE : inFlight.request;
    }

    private InFlight remove(long request) {
        var inFlight = tags == null ? null : tags.byRequest.remove(request);
        if (tags == null || inFlight == null) {
            throw new IllegalStateException("session " + id + " has no request " + request);
        }
        tags.byTag.remove(inFlight.tag);
        tagsInFlight = tags.byTag.size();
        if (tags.byTag.isEmpty()) {
            tags = null;
        }
        return inFlight;
    }

    private void deliver(String tag, int digest, Outcome outcome) {
        if (resumption != null && !tag.isEmpty()) {
            resumption.remember(tag, digest, outcome, caller == null);
        }
        send(tag, outcome);
    }

    /** Sends an outcome if there is a connection to send it through. */
    public void send(String tag, Outcome outcome) {
        if (caller == null) {
            return;
        }
        Reply reply = Replies.of(outcome);
        if (outcome instanceof Outcome.Popped popped) {
            caller.receiver().replyPrecious(tag, reply, new Precious.Value(popped));
        } else {
            caller.receiver().reply(tag, reply);
        }
    }

    public void push(byte[] line, int length) {
        if (caller != null) {
            caller.receiver().push(line, length);
        } else if (resumption != null) {
            resumption.missed(1);
        }
    }

    /** The untagged request that blocks, which a broken connection cannot ask for again; 0 where there is none. */
    public long takeBlocked() {
        long request = blocked;
        blocked = NONE;
        return request;
    }

    /** The connection is no longer its own. What the connection did not send is kept for another. */
    public void leave(List<Precious> unsent, int unsentPushes) {
        absences++;
        caller = null;
        if (resumption != null) {
            resumption.unsent(unsent);
            resumption.missed(unsentPushes);
        }
    }

    /** Another connection speaks for it from now on. */
    public void join(Caller other) {
        caller = other;
        if (resumption != null) {
            resumption.resumed(tags == null ? List.of() : new ArrayList<>(tags.byTag.keySet()));
        }
    }
}
