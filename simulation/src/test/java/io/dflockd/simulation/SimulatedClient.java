package io.dflockd.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client with a clock of its own, which dials again whenever its connection breaks, whatever node serves then. */
abstract class SimulatedClient implements Wire.ClientEnd {
    static final long MS = VirtualTime.MS;
    private static final long MOST_BACK_OFF = 250 * MS;
    private static final long LOOK = 200 * MS;

    final String name;
    final Scene scene;
    final VirtualTime time;
    final SkewedClock clock;
    final List<Belief> beliefs = new ArrayList<>();
    private final StringBuilder input = new StringBuilder();
    private @Nullable Wire wire;
    private long connections;
    private boolean gone;

    SimulatedClient(String name, Scene scene) {
        this.name = name;
        this.scene = scene;
        this.time = scene.time;
        this.clock = new SkewedClock(time);
    }

    void start() {
        dialSoon();
        lookLater();
    }

    // What the kinds of clients do differently.

    /** Asks for it now, or as soon as there is a connection. */
    abstract void ask(Wish wish);

    abstract void connected(Wire over);

    /** The connection has ended, or was given up. */
    abstract void disconnected(Wire over);

    abstract void line(String line);

    /** Looks from time to time whether the server owes an answer for too long. */
    abstract void look();

    /** How many requests have no answer. */
    abstract int open();

    /** The tag of some request that waits at the server; null where none does. */
    abstract @Nullable String waitingTag();

    /** What has no answer. */
    abstract String describe();

    /** Until when the server keeps what was taken, whatever becomes of the connection; by this client's clock. */
    abstract long provedUntil();

    /** What a hold hangs on that this request got; null for a session. */
    abstract @Nullable Wire hangsOn(Wish wish);

    /** Ends what it has at the server. */
    abstract void leave();

    /** The value has come; it is known later whether the server knows that. */
    abstract void popped(Wish wish, @Nullable String value);

    // Connections.

    @Nullable
    Wire wire() {
        return wire;
    }

    long connections() {
        return connections;
    }

    private void dialSoon() {
        time.after(MS, MOST_BACK_OFF, this::dial);
    }

    private void dial() {
        if (wire != null || gone) {
            return;
        }
        var node = scene.chooseNode();
        if (!node.isOpen()) {
            dialSoon();
            return;
        }
        input.setLength(0);
        connections++;
        time.trace(name + " = " + connections + " node " + node.id);
        var fresh = scene.connect(node, this);
        wire = fresh;
        connected(fresh);
    }

    /** Says who it is, which a server may be told at any time. Returns whether it did. */
    boolean sayHello() {
        boolean says = time.chance(0.3);
        if (says) {
            write("hello\n" + (time.chance(0.5) ? "lost" : "_") + "\n" + name + "\n");
        }
        return says;
    }

    void write(String lines) {
        var over = wire;
        if (over != null) {
            time.trace(name + " > " + connections + " " + lines.replace('\n', '|'));
            over.toServer(lines.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @Override
    public void read(Wire from, byte[] bytes) {
        if (from != wire) {
            return;
        }
        input.append(new String(bytes, StandardCharsets.ISO_8859_1));
        for (int end = input.indexOf("\n"); end >= 0 && from == wire; end = input.indexOf("\n")) {
            var line = input.substring(0, end);
            input.delete(0, end + 1);
            time.trace(name + " < " + connections + " " + line);
            line(line);
        }
    }

    @Override
    public void ended(Wire ended) {
        if (ended == wire) {
            time.trace(name + " x " + connections);
            wire = null;
            disconnected(ended);
            dialSoon();
        }
    }

    /** Takes the connection for dead. */
    void giveUp() {
        var dead = wire;
        if (dead != null) {
            failed(dead);
            dead.endToServer();
            ended(dead);
        }
    }

    /** It is not started again. */
    void quit() {
        gone = true;
        giveUp();
    }

    private void lookLater() {
        time.after(LOOK, () -> {
            if (!gone) {
                look();
                lookLater();
            }
        });
    }

    void violated(String what) {
        throw new Violation(name + ": " + what);
    }

    /** Ends a wish that the server did not carry out, if it may have said that. */
    void refused(Wish wish, String said) {
        boolean full = said.startsWith("error_max") || said.equals("error_list_full");
        if (!said.equals("error_draining") && !(full && scene.settings.isTight())) {
            violated(wish + " was answered " + said);
        }
        wish.pending.refused(said, time.now());
    }

    /** A push, if it is one that this client knows. */
    boolean isPush(String line) {
        var words = line.split(" ", 3);
        return switch (words[0]) {
            case "sig" -> {
                scene.signals.hear(name, connections, words[1], words[2]);
                yield true;
            }
            case "watch", "leader", "lost", "missed" -> true;
            default -> false;
        };
    }
}
