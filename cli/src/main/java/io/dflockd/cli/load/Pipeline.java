package io.dflockd.cli.load;

import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Tag;
import io.dflockd.protocol.Verb;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps a window of pairs in flight on one connection by tagged requests, each pair on a lock of its own. The thread that
 * reads answers also begins the next pairs; only where a rate is set, a second thread does that when they are due.
 */
final class Pipeline implements Worker {
    private static final String GOODBYE = "end";

    private final int number;
    private final Meter meter;
    private final Pace pace;
    private final Wire wire;
    private final List<Request.Acquire> acquires;
    private final BlockingQueue<Integer> free;
    /** Guards what is sent and the slots; the read side of the wire is the reader's alone. */
    private final ReentrantLock lock = new ReentrantLock();
    private final long[] startedAt;
    private final boolean[] releasing;
    private int inFlight;

    Pipeline(int number, Meter meter, Pace pace, Wire wire, List<Request.Acquire> acquires) {
        this.number = number;
        this.meter = meter;
        this.pace = pace;
        this.wire = wire;
        this.acquires = acquires;
        this.free = new ArrayBlockingQueue<>(acquires.size());
        this.startedAt = new long[acquires.size()];
        this.releasing = new boolean[acquires.size()];
    }

    @Override
    public void run() throws IOException, InterruptedException {
        if (pace.isSet()) {
            runPaced();
            return;
        }
        for (int slot = 0; slot < acquires.size(); slot++) {
            begin(slot, System.nanoTime());
        }
        while (inFlight > 0) {
            wire.flush();
            do {
                answered(wire.readLine());
            } while (wire.hasLine());
        }
    }

    private void runPaced() throws IOException, InterruptedException {
        for (int slot = 0; slot < acquires.size(); slot++) {
            free.add(slot);
        }
        var starter = Thread.ofPlatform().daemon().name("load-starter-" + number).start(this::startWhenDue);
        try {
            while (true) {
                var line = nextLine();
                if (Tag.ofLine(line).equals(GOODBYE)) {
                    return;
                }
                lock.lock();
                try {
                    answered(line);
                    if (!wire.hasLine()) {
                        wire.flush();
                    }
                } finally {
                    lock.unlock();
                }
            }
        } finally {
            starter.interrupt();
            starter.join();
        }
    }

    /** Silence is a failure only while an answer is due. */
    private String nextLine() throws IOException {
        while (true) {
            try {
                return wire.readLine();
            } catch (SocketTimeoutException e) {
                if (free.size() < acquires.size()) {
                    throw e;
                }
            }
        }
    }

    private void startWhenDue() {
        try {
            while (meter.isRunning()) {
                int slot = free.take();
                long start = pace.next();
                if (meter.isRunning()) {
                    send(() -> begin(slot, start));
                } else {
                    free.add(slot);
                }
            }
            for (int i = 0; i < acquires.size(); i++) {
                int unusedSlot = free.take();
            }
            send(() -> wire.put(GOODBYE, new Request.Ping()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            wire.close(); // The reader learns of it and reports it.
        }
    }

    private void send(Runnable put) throws IOException {
        lock.lock();
        try {
            put.run();
            wire.flush();
        } finally {
            lock.unlock();
        }
    }

    private void begin(int slot, long start) {
        startedAt[slot] = start;
        releasing[slot] = false;
        inFlight++;
        wire.put(Integer.toString(slot), acquires.get(slot));
    }

    private void answered(String line) throws IOException {
        int slot = slotOf(line);
        var rest = Tag.rest(line);
        if (!releasing[slot]) {
            var reply = ReplyCodec.decode(Verb.LOCK, rest);
            if (reply instanceof Reply.Granted grant) {
                releasing[slot] = true;
                wire.put(Integer.toString(slot),
                        new Request.Release(Verb.UNLOCK, acquires.get(slot).key(), grant.token()));
            } else {
                meter.failures().refused("acquire", reply);
                ended(slot);
            }
            return;
        }
        var reply = ReplyCodec.decode(Verb.UNLOCK, rest);
        if (Wire.isOk(reply)) {
            meter.done(number, System.nanoTime() - startedAt[slot]);
        } else {
            meter.failures().refused("release", reply);
        }
        ended(slot);
    }

    private void ended(int slot) {
        inFlight--;
        if (pace.isSet()) {
            free.add(slot);
        } else if (meter.isRunning()) {
            begin(slot, System.nanoTime());
        }
    }

    private int slotOf(String line) throws IOException {
        try {
            int slot = Integer.parseInt(Tag.ofLine(line));
            if (slot >= 0 && slot < startedAt.length) {
                return slot;
            }
        } catch (NumberFormatException e) {
            // Told below, as one that is out of range.
        }
        throw new IOException("the server sent '" + line + "' unasked");
    }

    @Override
    public void close() {
        wire.close();
    }
}
