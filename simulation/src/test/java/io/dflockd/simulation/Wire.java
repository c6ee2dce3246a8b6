package io.dflockd.simulation;

import java.util.Arrays;

/**
 * The two directions between a client and a server. Bytes arrive in order, in pieces, after some time; either direction can
 * stop at any byte, with a word or without.
 */
final class Wire {
    private static final long MS = VirtualTime.MS;
    private static final int MOST_PIECES = 3;
    /** After which a connection that is silent is found dead, by who looks whether it lives. */
    private static final long LONGEST_SILENCE = 30 * VirtualTime.SECOND;

    private final VirtualTime time;
    final int node;
    final ClientEnd client;
    private ServerConnection server;
    private final Direction toServer = new Direction();
    private final Direction toClient = new Direction();
    private long slowest;

    /** Who is at the one end. */
    interface ClientEnd {
        void read(Wire wire, byte[] bytes);

        /** Nothing more comes. */
        void ended(Wire wire);

        /** From now on bytes get lost, which nobody can know but the simulation. */
        void failed(Wire wire);
    }

    private static final class Direction {
        private long lastAt;
        private long left = Long.MAX_VALUE;
        private boolean resets;
        private boolean ended;
    }

    Wire(VirtualTime time, int node, ClientEnd client, long slowest) {
        this.time = time;
        this.node = node;
        this.client = client;
        this.slowest = slowest;
    }

    void connect(ServerConnection connection) {
        server = connection;
    }

    // What the ends do.

    void toServer(byte[] bytes) {
        send(toServer, bytes, piece -> server.read(piece), this::reset);
    }

    void toClient(byte[] bytes) {
        send(toClient, bytes, piece -> client.read(this, piece), this::reset);
    }

    void endToServer() {
        end(toServer, () -> server.inputEnded());
    }

    void endToClient() {
        end(toClient, () -> client.ended(this));
    }

    private interface Sink {
        void take(byte[] bytes);
    }

    private void send(Direction direction, byte[] bytes, Sink sink, Runnable broke) {
        int from = 0;
        while (from < bytes.length) {
            int rest = bytes.length - from;
            int count = time.chance(0.8) ? rest : (int) time.between(1, Math.max(1, rest / MOST_PIECES));
            var piece = Arrays.copyOfRange(bytes, from, from + count);
            at(direction, () -> arrive(direction, piece, sink, broke));
            from += count;
        }
    }

    private void arrive(Direction direction, byte[] piece, Sink sink, Runnable broke) {
        if (direction.ended) {
            return;
        }
        int count = (int) Math.min(piece.length, direction.left);
        if (direction.left != Long.MAX_VALUE) {
            direction.left -= count;
        }
        if (count > 0) {
            sink.take(count == piece.length ? piece : Arrays.copyOf(piece, count));
        }
        if (count < piece.length && direction.resets) {
            broke.run();
        }
    }

    private void end(Direction direction, Runnable told) {
        at(direction, () -> {
            if (!direction.ended && direction.left > 0) {
                direction.ended = true;
                told.run();
            } else if (direction.resets) {
                reset(); // its last bytes were the last that came
            }
        });
    }

    private void at(Direction direction, Runnable what) {
        direction.lastAt = Math.max(direction.lastAt, time.now() + time.between(MS / 20, slowest));
        time.at(direction.lastAt, what);
    }

    // What goes wrong.

    /** Both ends are told at once, and what is on its way is lost. */
    void reset() {
        client.failed(this);
        if (!toServer.ended) {
            toServer.ended = true;
            server.inputEnded();
        }
        if (!toClient.ended) {
            toClient.ended = true;
            client.ended(this);
        }
    }

    /** After so many bytes more both ends are told that it is over. */
    void resetAfter(boolean inDirectionOfServer, long bytes) {
        var direction = inDirectionOfServer ? toServer : toClient;
        direction.left = Math.min(direction.left, bytes);
        direction.resets = true;
        client.failed(this);
    }

    /** After so many bytes more nothing arrives in this direction, without a word. */
    void cutAfter(boolean inDirectionOfServer, long bytes) {
        var direction = inDirectionOfServer ? toServer : toClient;
        direction.left = Math.min(direction.left, bytes);
        client.failed(this);
        time.after(VirtualTime.SECOND, LONGEST_SILENCE, this::reset);
    }

    /** The machine of the server is gone: nothing is heard of it. */
    void serverVanished(boolean silently) {
        toServer.ended = true;
        if (silently) {
            toClient.left = 0;
        } else {
            endToClient();
        }
    }

    boolean isOver() {
        return toServer.ended && toClient.ended;
    }

    void setSlowest(long nanos) {
        slowest = nanos;
    }
}
