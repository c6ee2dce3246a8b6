package io.dflockd.service;

import io.dflockd.protocol.ProtocolError;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Tag;
import io.dflockd.service.access.Authenticator;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.service.stats.StatsReport;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a request whose turn has come: it is refused, answered here or handed to the engine. The one way into
 * the service, for every transport. Thread-safe, but the requests of one caller come one after another.
 */
public final class RequestHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private final ServiceSettings settings;
    private final EngineDriver driver;
    private final Optional<Authenticator> authenticator;
    private final ServerCounters counters;
    private final Commands commands;
    private final Reply greeting;

    /** Without an authenticator everybody may ask. */
    public RequestHandler(
            ServiceSettings settings,
            EngineDriver driver,
            Optional<Authenticator> authenticator,
            ServerCounters counters) {
        this.settings = settings;
        this.driver = driver;
        this.authenticator = authenticator;
        this.counters = counters;
        this.commands = new Commands(settings.defaultLeaseMs());
        this.greeting = new Reply.Text(
                "dflockd/" + Version.current() + " ping,tags,cancel" + (settings.maxGraceMs() > 0 ? ",sessions" : ""));
    }

    /** A client has come. It speaks for a session of its own until it says otherwise. */
    public Caller connected(Receiver receiver) {
        var caller = driver.open(receiver);
        caller.setAuthenticated(authenticator.isEmpty());
        LOG.atDebug()
                .setMessage("connected")
                .addKeyValue("conn", caller.session().id())
                .addKeyValue("peer", receiver::peer)
                .log();
        return caller;
    }

    /** The client has gone. What its receiver could not hand over goes on to the next. */
    public void disconnected(Caller caller) {
        driver.disconnected(caller);
        LOG.atDebug()
                .setMessage("disconnected")
                .addKeyValue("conn", caller.session().id())
                .addKeyValue("peer", caller.receiver()::peer)
                .log();
    }

    /** Deals with a request. The answer comes through the receiver, now or later. */
    public void handle(Caller caller, String tag, Request request) {
        if (!caller.isAuthenticated()) {
            authenticate(caller, tag, request);
            return;
        }
        if (driver.isDraining()) {
            caller.receiver().reply(tag, Replies.DRAINING);
            return;
        }
        var command = commands.of(request);
        if (command != null) {
            driver.apply(caller, tag, request, command);
        } else {
            answerHere(caller, tag, request);
        }
    }

    /** Whether such a request is held back by nothing, neither by one that waits nor by answers that wait to be taken. */
    public boolean goesAtOnce(Request request) {
        return false;
    }

    /** Whether the client owns something or waits for an answer, so that it may be silent. */
    public boolean isInUse(Caller caller) {
        return driver.isInUse(caller);
    }

    /** The client did not say in time what it had to say. */
    public void timedOut(Caller caller) {
        LOG.atDebug()
                .setMessage("timed out")
                .addKeyValue("conn", caller.session().id())
                .addKeyValue("peer", caller.receiver()::peer)
                .log();
        if (caller.isAuthenticated()) {
            caller.receiver().reply(Tag.NONE, Replies.ERROR);
            caller.receiver().endAfterWriting();
        } else {
            refuseAuthentication(caller, Tag.NONE);
        }
    }

    /** Refuses all that waits and, from now on, all that comes. */
    public void drain() {
        driver.drain();
    }

    private void authenticate(Caller caller, String tag, Request request) {
        boolean accepted = request instanceof Request.Auth auth && authenticator.orElseThrow().accepts(auth.token());
        if (accepted) {
            caller.setAuthenticated(true);
            caller.receiver().reply(tag, Replies.OK);
        } else {
            refuseAuthentication(caller, tag);
        }
    }

    private void refuseAuthentication(Caller caller, String tag) {
        counters.authFailed();
        LOG.atInfo()
                .setMessage("authentication failed")
                .addKeyValue("conn", caller.session().id())
                .addKeyValue("peer", caller.receiver()::peer)
                .log();
        caller.receiver().reply(tag, Replies.AUTH_FAILED);
        caller.receiver().endAfterWriting();
    }

    private void answerHere(Caller caller, String tag, Request request) {
        var receiver = caller.receiver();
        switch (request) {
            case Request.Ping ping -> receiver.reply(tag, Replies.OK);
            case Request.Hello hello -> receiver.reply(tag, greeting);
            case Request.Stats stats -> receiver.reply(tag, new Reply.Text(stats()));
            case Request.Resume resume -> driver.resume(caller, tag, resume);
            case Request.Cancel cancel -> driver.cancel(caller, tag, cancel);
            case Request.Bye bye -> driver.bye(caller, tag);
            case Request.Malformed malformed -> refuse(caller, tag, malformed);
            default -> receiver.reply(tag, Replies.ERROR);
        }
    }

    private String stats() {
        return StatsReport.write(counters, driver.namedSessions(), driver.inventory(settings.statsLimit()));
    }

    private static void refuse(Caller caller, String tag, Request.Malformed malformed) {
        caller.receiver().reply(tag, Replies.ERROR);
        LOG.atDebug()
                .setMessage("malformed request")
                .addKeyValue("conn", caller.session().id())
                .addKeyValue("code", malformed.error().code())
                .addKeyValue("error", malformed.error().meaning())
                .addKeyValue("command", malformed.line())
                .log();
        if (malformed.error() == ProtocolError.LINE_TOO_LONG) {
            caller.receiver().endAfterWriting();
        }
    }
}
