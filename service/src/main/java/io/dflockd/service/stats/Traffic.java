package io.dflockd.service.stats;

import io.dflockd.engine.Notice;
import io.dflockd.engine.Outcome;
import io.dflockd.engine.Refusal;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * What clients of this node have asked and were told. A request is counted once, when it is decided, also where the answer
 * never arrives or is sent again later; one that another node decides is counted there.
 */
@SuppressWarnings("EnumOrdinal") // indexes that never leave this class
public final class Traffic {
    /** How many bits the code of a verb has. */
    public static final int CODE_BITS = 6;
    /** Three lines that are no request. */
    public static final int MALFORMED = (1 << CODE_BITS) - 2;
    /** A request whose connection ended before it was decided, and whose client has not asked again. */
    public static final int UNKNOWN = (1 << CODE_BITS) - 1;

    /** What came of a request. */
    public enum Result {
        OK,
        /** Its time to wait ran out. */
        TIMEOUT,
        /** A limit, a right or the state of the key was against it; that is no fault of anybody. */
        REFUSED,
        /** It makes no sense, as it is or in this state. */
        ERROR
    }

    /** What clients are told of without having asked just then. */
    public enum Told {
        LISTEN,
        WATCH,
        OBSERVE,
        /** What became of a hold or a session of theirs, which is nothing that they subscribed to. */
        OWN;

        public static Told of(Notice notice) {
            return switch (notice) {
                case Notice.Signal ignored -> LISTEN;
                case Notice.Change ignored -> WATCH;
                case Notice.Leadership ignored -> OBSERVE;
                case Notice.Lost ignored -> OWN;
                case Notice.Missed ignored -> OWN;
            };
        }
    }

    /** Takes a number of requests of a kind that there were any of. */
    @FunctionalInterface
    public interface Reader {
        void read(String verb, Result result, long count);
    }

    private static final Verb[] VERBS = Verb.values();
    private static final int RESULTS = Result.values().length;

    private final long[] decided;
    private final long[] told;
    /** None in a copy. */
    private final LongAdder[] answeredHere;

    public Traffic() {
        this(new long[RESULTS << CODE_BITS], new long[Told.values().length], new LongAdder[RESULTS << CODE_BITS]);
        Arrays.setAll(answeredHere, unused -> new LongAdder());
    }

    private Traffic(long[] decided, long[] told, LongAdder[] answeredHere) {
        this.decided = decided;
        this.told = told;
        this.answeredHere = answeredHere;
    }

    /** The number by which a request's verb is remembered until it is decided. */
    public static int codeOf(Request request) {
        return request instanceof Request.Malformed ? MALFORMED : request.verb().ordinal();
    }

    /** The engine has decided. With its lock held. */
    public void decided(int code, Outcome outcome) {
        decided[index(code, resultOf(code, outcome))]++;
    }

    /** It was answered without the engine. By any thread. */
    public void answeredHere(int code, Result result) {
        answeredHere[index(code, result)].increment();
    }

    /** A line went to somebody. With the engine's lock held. */
    public void told(Told what) {
        told[what.ordinal()]++;
    }

    /** As it is, and changes no more. With the engine's lock held. */
    public Traffic copy() {
        var all = decided.clone();
        for (int i = 0; i < all.length; i++) {
            all[i] += answeredHere[i].sum();
        }
        return new Traffic(all, told.clone(), new LongAdder[0]);
    }

    /** Of a {@link #copy}, which has all of them. */
    public void readRequests(Reader reader) {
        for (int i = 0; i < decided.length; i++) {
            if (decided[i] > 0) {
                reader.read(word(i / RESULTS), Result.values()[i % RESULTS], decided[i]);
            }
        }
    }

    public long linesTold(Told what) {
        return told[what.ordinal()];
    }

    private static Result resultOf(int code, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return refused.reason() == Refusal.INVALID ? Result.ERROR : Result.REFUSED;
        }
        if (outcome instanceof Outcome.TimedOut) {
            return Result.TIMEOUT;
        }
        if (outcome instanceof Outcome.Nothing) {
            return isBlockingPop(code) ? Result.TIMEOUT : Result.OK;
        }
        return outcome instanceof Outcome.Conflict ? Result.REFUSED : Result.OK;
    }

    private static boolean isBlockingPop(int code) {
        return code == Verb.BLPOP.ordinal() || code == Verb.BRPOP.ordinal();
    }

    private static int index(int code, Result result) {
        return code * RESULTS + result.ordinal();
    }

    private static String word(int code) {
        return switch (code) {
            case MALFORMED -> "malformed";
            case UNKNOWN -> "unknown";
            default -> VERBS[code].word();
        };
    }
}
