package io.dflockd.service.visit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dflockd.protocol.OctetBuffer;
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
import org.jspecify.annotations.Nullable;

/**
 * Asks one thing after another as a client with a connection does; what such a connection has ends with {@link #leave}. What it
 * was given alone, a grant or a popped value, goes back then unless it was {@link #delivered}. Thread-safe; nothing here waits.
 */
public final class Visit {
    private final RequestHandler requests;
    private final Visitor visitor;
    private final Alarm loop;
    private final int maxArgBytes;
    private final Login login;
    private final Runnable ended;
    /** Guards the two below, also while the engine is waited for. */
    private final Object entrance = new Object();
    private @Nullable Caller caller;
    private boolean hasLeft;

    /**
     * Asks as that one.
     *
     * @param loop has it done by a thread that may wait for the engine
     * @param ended runs when it has left, once
     */
    Visit(RequestHandler requests, Login login, Visitor visitor, Alarm loop, int maxArgBytes, Runnable ended) {
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
        @Nullable Caller asker = enter();
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
            throw new InvalidRequestException(malformed.error().meaning());
        }
        if (request == null) {
            throw new IllegalStateException("three lines are one request");
        }
        return request;
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

    /** All that it was given has arrived where it was to go. */
    public void delivered() {
        visitor.delivered();
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
        if (asker != null) {
            requests.left(asker);
            requests.endTurn();
        }
        ended.run();
    }
}
