package io.dflockd.service.visit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dflockd.protocol.Limits;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.ProtocolError;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestDecoder;
import io.dflockd.protocol.Tag;
import io.dflockd.protocol.Verb;
import io.dflockd.service.RequestHandler;
import io.dflockd.service.access.Login;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.session.Caller;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks one thing after another as a client with a connection does; what such a connection has ends with {@link #leave}. What it
 * was given alone, a grant or a popped value, goes back then unless it was {@link #delivered}. Thread-safe; nothing here waits.
 */
public final class Visit {
    private static final long LOOK_AGAIN_NANOS = 2_000_000;
    /** Some seconds; what a leader that is none any more was asked may never be decided. */
    private static final int MOST_LOOKS = 5000;

    private final RequestHandler requests;
    private final Visitor visitor;
    private final Alarm loop;
    private final int maxArgBytes;
    private final Login login;
    private final Consumer<Visit> ended;
    /** Guards the two below, also while the engine is waited for. */
    private final Object entrance = new Object();
    private @Nullable Caller caller;
    private boolean hasLeft;

    /**
     * Asks as that one.
     *
     * @param loop has it done by a thread that may wait for the engine
     * @param ended is told when it has left, and what it asked for is decided, once
     */
    Visit(RequestHandler requests, Login login, Visitor visitor, Alarm loop, int maxArgBytes,
            Consumer<Visit> ended) {
        this.ended = ended;
        this.requests = requests;
        this.login = login;
        this.visitor = visitor;
        this.loop = loop;
        this.maxArgBytes = maxArgBytes;
        visitor.onOverflow(this::exit);
    }

    /**
     * Asks. What was asked before must have been answered.
     *
     * @param key octets; what the verb ignores may be empty
     * @param argument octets, as they stand on the third line of a request
     * @return what is answered; a {@link GoneException} where nothing will be
     * @throws InvalidRequestException where that is no request of the protocol
     */
    public CompletionStage<Reply> ask(Verb verb, String key, String argument) {
        var request = request(verb, key, argument);
        var answer = visitor.expect(verb);
        loop.schedule(() -> hand(request), 0);
        return answer;
    }

    private void hand(Request request) {
        @Nullable Caller asker = visitor.hasEnded() ? null : enter();
        if (asker != null) {
            requests.handle(asker, Tag.NONE, request);
            requests.endTurn();
        }
    }

    private @Nullable Caller enter() {
        synchronized (entrance) {
            if (caller == null && !hasLeft) {
                caller = requests.visited(visitor, login);
            }
            return caller;
        }
    }

    private Request request(Verb verb, String key, String argument) {
        requireOneLine("the key", key);
        requireOneLine("the value", argument);
        var lines = new OctetBuffer(key.length() + argument.length() + verb.word().length() + 3);
        lines.put(verb.word()).put('\n').put(verb.ignoresKey() ? "_" : key).put('\n').put(argument).put('\n');
        var read = new Object() {
            @Nullable Request request;
        };
        var bytes = lines.array();
        new RequestDecoder(maxArgBytes).decode(bytes, 0, lines.length(), (tag, request) -> read.request = request);
        var request = read.request;
        if (request instanceof Request.Malformed malformed) {
            throw new InvalidRequestException(reason(malformed.error(), key));
        }
        if (request == null) {
            throw new IllegalStateException("three lines are one request");
        }
        return request;
    }

    private String reason(ProtocolError error, String key) {
        return switch (error) {
            case BAD_KEY ->
                ("the key, pattern or channel \"%s\" is not valid: it must not be empty, nor have blanks or tabs;"
                        + " a channel has no *, and a pattern > at its end alone")
                        .formatted(Octets.toText(key));
            case LINE_TOO_LONG -> "a key has at most %d bytes, and a value at most %d"
                    .formatted(Limits.MAX_LINE_BYTES, maxArgBytes);
            default -> error.meaning();
        };
    }

    /** What a line cannot have would be the end of it, or be dropped. */
    private static void requireOneLine(String what, String octets) {
        if (octets.indexOf('\n') >= 0 || octets.indexOf('\r') >= 0) {
            throw new InvalidRequestException(what + " may have no line feed and no carriage return");
        }
    }

    /** What was told since this was last asked, of what it subscribed to; empty for nothing yet. */
    public Optional<Push> nextPush() {
        return visitor.nextLine().map(line -> Visitor.pushOf(new String(line, ISO_8859_1)));
    }

    /** Whether it was ended, and nothing is left to be told; it subscribed to more than was taken, or may not any more. */
    public boolean isOver() {
        return visitor.isOver();
    }

    /** What was answered has arrived where it was to go. What there is no answer about goes back all the same. */
    public void delivered() {
        visitor.delivered();
    }

    /** There is no answer any more to what has none yet. What has been answered may still be delivered; it leaves after that. */
    void stop() {
        visitor.end("the server stops");
    }

    /** The same, unless what it asked for is about to be decided. */
    void stopUnlessUnderWay() {
        @Nullable Caller asker;
        synchronized (entrance) {
            asker = caller;
        }
        if (asker == null || !asker.isUnderWay()) {
            stop();
        }
    }

    /** Ends what it waits for, subscribed to and holds, but for holds that it kept. May be called twice. */
    public void leave() {
        visitor.end("it has left");
        loop.schedule(this::exit, 0);
    }

    private void exit() {
        @Nullable Caller asker;
        synchronized (entrance) {
            if (hasLeft) {
                return;
            }
            asker = caller;
            hasLeft = true;
        }
        if (asker == null) {
            ended.accept(this);
            return;
        }
        requests.left(asker);
        requests.endTurn();
        awaitDecision(asker, MOST_LOOKS);
    }

    /** Until then it is in nobody's account, and what it is given must go back before the server ends. */
    private void awaitDecision(Caller asker, int looks) {
        if (asker.isUnderWay() && looks > 0) {
            loop.schedule(() -> awaitDecision(asker, looks - 1), LOOK_AGAIN_NANOS);
        } else {
            ended.accept(this);
        }
    }
}
