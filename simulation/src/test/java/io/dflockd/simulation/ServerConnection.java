package io.dflockd.simulation;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestDecoder;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.LateReply;
import io.dflockd.service.session.LongPush;
import io.dflockd.service.session.Precious;
import io.dflockd.service.session.Receiver;
import io.dflockd.transport.Lane;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection at its server: what {@code transport} does with Netty, with the same {@link Lane} and decoder, but for
 * TLS, memory and time limits.
 */
final class ServerConnection implements Receiver, Lane.Starts {
    private static final long MS = VirtualTime.MS;
    /** Little, so that clients are often too slow. */
    private static final int BUDGET_BYTES = 400;
    private static final int MAX_ARG_BYTES = 65_536;
    private static final long LAST_ANSWERS = 1_000 * MS;

    private final ServerNode node;
    private final Wire wire;
    private final VirtualTime time;
    private final Mutation mutation;
    private final RequestDecoder decoder = new RequestDecoder(MAX_ARG_BYTES);
    private final Lane lane = new Lane(this, BUDGET_BYTES);
    private final Caller caller;
    private final OctetBuffer outbox = new OctetBuffer(256);
    private long appended;
    private long sent;
    private final ArrayDeque<Kept> precious = new ArrayDeque<>();
    private final ArrayDeque<Long> pushEnds = new ArrayDeque<>();
    private byte[] rest = {};
    private @Nullable String endReason;
    private boolean closing;
    private boolean closed;
    private boolean closePlanned;
    private boolean wakePlanned;
    private boolean writePlanned;
    private int droppedPushes;
    private int swallowed;

    private record Kept(long end, Precious what) {}

    ServerConnection(ServerNode node, Wire wire, VirtualTime time, Mutation mutation) {
        this.node = node;
        this.wire = wire;
        this.time = time;
        this.mutation = mutation;
        wire.connect(this);
        caller = node.handler().connected(this);
    }

    Wire wire() {
        return wire;
    }

    // The socket.

    void read(byte[] bytes) {
        node.after(0, () -> take(bytes));
    }

    private void take(byte[] bytes) {
        if (closed || closing) {
            return;
        }
        int had = rest.length;
        rest = Arrays.copyOf(rest, had + bytes.length);
        System.arraycopy(bytes, 0, rest, had, bytes.length);
        decode();
        node.finish();
        goOn();
    }

    private void decode() {
        int from = 0;
        while (from < rest.length && !lane.isFull() && !closing && endReason == null) {
            from = decoder.decode(rest, from, rest.length, (tag, request) -> {
                lane.submit(tag, request);
                if (lane.isFull() || closing) {
                    decoder.pause();
                }
            });
        }
        rest = Arrays.copyOfRange(rest, from, rest.length);
    }

    /** The peer sends no more: when what it wants is answered, or soon, the connection is closed. */
    void inputEnded() {
        node.after(0, this::endInput);
    }

    private void endInput() {
        if (closed) {
            return;
        }
        if (!closing && (unsentBytes() > 0 || caller.isWorkedFor())) {
            closing = true;
            rest = new byte[0];
            node.after(LAST_ANSWERS, this::close);
            goOn();
        } else {
            close();
        }
    }

    void processDied(boolean silently) {
        closed = true;
        wire.serverVanished(silently);
    }

    void wakeSoon(long slowest) {
        if (!wakePlanned && !closed) {
            wakePlanned = true;
            node.after(time.between(0, slowest), this::work);
        }
    }

    private void work() {
        wakePlanned = false;
        if (closed) {
            return;
        }
        if (endReason != null) {
            closeSoon();
            return;
        }
        do {
            lane.proceed();
            decode();
            write();
        } while (lane.canProceed() || (rest.length > 0 && !lane.isFull() && !closing && endReason == null));
        if (caller.isBehind() && !caller.isEnded() && !isCongested()) {
            if (node.handler().catchUp(caller)) {
                node.touch(this);
            }
            write();
        }
        node.finish();
        goOn();
    }

    /** Where others should have had their turn, they have. */
    private void goOn() {
        if (lane.isTurnOver()) {
            node.after(time.between(0, MS), () -> {
                lane.beginTurn();
                node.touch(this);
                if (!closed) {
                    node.finish();
                }
            });
        }
        if (closing && !closed && unsentBytes() == 0 && !caller.isWorkedFor()
                && !(caller.isBehind() && !caller.isEnded())) {
            closeSoon();
        }
    }

    private void write() {
        if (writePlanned || closed || outbox.length() == 0) {
            return;
        }
        writePlanned = true;
        node.after(time.between(0, time.chance(0.9) ? MS / 10 : 60 * MS), () -> {
            writePlanned = false;
            if (closed || endReason != null) {
                return;
            }
            socketTakes(time.chance(0.8) ? outbox.length() : (int) time.between(1, outbox.length()));
            node.touch(this);
            node.finish();
        });
    }

    private void socketTakes(int count) {
        var bytes = Arrays.copyOf(outbox.array(), count);
        var left = Arrays.copyOfRange(outbox.array(), count, outbox.length());
        outbox.clear();
        outbox.put(left, left.length);
        sent += count;
        while (!precious.isEmpty() && precious.getFirst().end <= sent) {
            precious.removeFirst();
        }
        while (!pushEnds.isEmpty() && pushEnds.getFirst() <= sent) {
            pushEnds.removeFirst();
        }
        wire.toClient(bytes);
    }

    private void closeSoon() {
        if (!closePlanned) {
            closePlanned = true;
            node.after(time.between(0, 2 * MS), this::close);
        }
    }

    private void close() {
        if (closed) {
            return;
        }
        closed = true;
        wire.endToClient();
        node.remove(this);
        node.handler().disconnected(caller);
        node.finish();
    }

    // The lane.

    @Override
    public boolean isHeldBack(Request request) {
        return node.handler().isHeldBack(caller, request);
    }

    @Override
    public boolean isChanging() {
        return caller.isChanging();
    }

    @Override
    public boolean isBusy() {
        return node.handler().isBusy(caller);
    }

    @Override
    public long unsentBytes() {
        return appended - sent;
    }

    @Override
    public boolean goesAtOnce(Request request) {
        return node.handler().goesAtOnce(caller, request);
    }

    @Override
    public void start(String tag, Request request) {
        if (endReason == null) {
            node.handler().handle(caller, tag, request);
        }
    }

    // The receiver.

    @Override
    public String peer() {
        return "client of wire " + wire.node;
    }

    @Override
    public @Nullable InetAddress source() {
        return null;
    }

    @Override
    public void reply(String tag, Reply reply) {
        var line = begin(tag);
        ReplyCodec.encode(reply, line);
        append(line);
    }

    @Override
    public void replyLate(String tag, LateReply reply, @Nullable Precious what) {
        var line = begin(tag);
        while (reply.encode(line)) {
            // Here nobody waits for anybody.
        }
        append(line);
        keep(what);
    }

    @Override
    public void replyPrecious(String tag, Reply reply, Precious what) {
        reply(tag, reply);
        keep(what);
    }

    private static OctetBuffer begin(String tag) {
        var line = new OctetBuffer(64);
        if (!tag.isEmpty()) {
            line.put('@').put(tag).put(' ');
        }
        return line;
    }

    private void append(OctetBuffer line) {
        if (mutation == Mutation.SWALLOWS_ANSWERS && ++swallowed % 20 == 0) {
            return;
        }
        if (endReason == null && !closed) {
            int times = mutation == Mutation.SENDS_TWICE && ++swallowed % 20 == 0 ? 2 : 1;
            for (int i = 0; i < times; i++) {
                outbox.put(line.array(), line.length());
                appended += line.length();
            }
            node.touch(this);
        }
    }

    private void keep(@Nullable Precious what) {
        if (what != null) {
            precious.addLast(new Kept(endReason == null && !closed ? appended : Long.MAX_VALUE, what));
        }
    }

    @Override
    public void push(byte[] line, int length) {
        if (endReason != null || closed) {
            droppedPushes++;
            return;
        }
        outbox.put(line, length);
        appended += length;
        pushEnds.addLast(appended);
        node.touch(this);
    }

    @Override
    public void push(LongPush push) {
        var line = new OctetBuffer(push.length());
        push.encode(line);
        push(line.array(), line.length());
    }

    @Override
    public List<Precious> unsent() {
        var unsent = new ArrayList<Precious>();
        precious.descendingIterator().forEachRemaining(kept -> unsent.add(kept.what));
        precious.clear();
        return unsent;
    }

    @Override
    public int unsentPushes() {
        return pushEnds.size() + droppedPushes;
    }

    @Override
    public boolean isCongested() {
        return unsentBytes() > BUDGET_BYTES;
    }

    @Override
    public void expectMore() {
        node.touch(this);
    }

    @Override
    public void end(String reason) {
        endReason = reason;
        outbox.clear();
        sent = appended;
        node.touch(this);
    }

    @Override
    public void endAfterWriting() {
        closing = true;
        node.touch(this);
    }
}
