package io.dflockd.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestDecoder;
import io.dflockd.protocol.RequestNumber;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Tag;
import io.dflockd.protocol.Verb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A small server that resumes sessions by counting, as the protocol says, and whose connections break where the test
 * wants: after so many bytes that it reads or writes. It knows counters, lists with waiting pops, and locks.
 */
final class CountingServer implements AutoCloseable {
    static final int NEVER = Integer.MAX_VALUE;
    private static final int GRACE = 10;

    private final ServerSocket listener;
    private final Map<String, Session> sessions = new HashMap<>();
    private final Map<String, Long> counters = new HashMap<>();
    private final Map<String, ArrayDeque<String>> lists = new HashMap<>();
    private final Map<String, String> locks = new HashMap<>();
    private final List<String> executed = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<int[]> cuts = new ArrayDeque<>();
    private long fence;

    CountingServer() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** The present connections break after so many bytes from now on. */
    synchronized void cutAfter(int readBytes, int writtenBytes) {
        connections.forEach(connection -> connection.cutAfter(readBytes, writtenBytes));
    }

    /** The next connection breaks after so many bytes; the ones after it as later calls say, or never. */
    synchronized void cutNextAfter(int readBytes, int writtenBytes) {
        cuts.add(new int[]{readBytes, writtenBytes});
    }

    synchronized void breakAll() {
        connections.forEach(Connection::end);
    }

    /** What was executed, one line each. */
    synchronized List<String> executed() {
        return List.copyOf(executed);
    }

    /** What a client did that it must not. */
    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized int connectionCount() {
        return connections.size();
    }

    /** How many answers are kept because nobody said that they were received. */
    synchronized int owedAnswers() {
        return sessions.values().stream().mapToInt(session -> session.owed.size()).sum();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        breakAll();
    }

    private void accept() {
        try {
            while (true) {
                var connection = new Connection(listener.accept());
                synchronized (this) {
                    connections.add(connection);
                    int @Nullable [] cut = cuts.poll();
                    if (cut != null) {
                        connection.cutAfter(cut[0], cut[1]);
                    }
                }
                start(connection::read);
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "counting-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** What outlives a connection. Guarded by the server. */
    private static final class Session {
        private long seen;
        private long decided;
        private long acknowledged;
        private final ArrayDeque<String> owed = new ArrayDeque<>();
        private final TreeMap<Long, Request> waits = new TreeMap<>();
        private @Nullable Connection connection;

        private void acknowledge(long received) {
            for (; acknowledged < received; acknowledged++) {
                owed.remove();
            }
        }

        private void answer(long number, Reply reply) {
            var line = "@" + number + " " + lineOf(reply);
            decided++;
            owed.add(line);
            if (connection != null) {
                connection.write(line);
            }
        }
    }

    private static String lineOf(Reply reply) {
        var out = new OctetBuffer(32);
        ReplyCodec.encode(reply, out);
        return new String(out.toByteArray(), ISO_8859_1);
    }

    private final class Connection {
        private final Socket socket;
        private final RequestDecoder decoder = new RequestDecoder(65_536);
        private int readBytes = NEVER;
        private int writtenBytes = NEVER;
        private boolean ended;
        private @Nullable Session session;

        private Connection(Socket socket) {
            this.socket = socket;
        }

        private void cutAfter(int read, int written) {
            readBytes = read;
            writtenBytes = written;
        }

        private void read() {
            var bytes = new byte[4096];
            try {
                while (true) {
                    int count = socket.getInputStream().read(bytes);
                    synchronized (CountingServer.this) {
                        if (count < 0 || ended) {
                            break;
                        }
                        int taken = Math.min(count, readBytes);
                        decoder.decode(bytes, 0, taken, this::receive);
                        if (readBytes != NEVER) {
                            readBytes -= taken;
                            if (readBytes == 0) {
                                break;
                            }
                        }
                    }
                }
            } catch (IOException e) {
                // the client went
            }
            synchronized (CountingServer.this) {
                end();
            }
        }

        private void end() {
            ended = true;
            if (session != null && session.connection == this) {
                session.connection = null;
            }
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void write(String text) {
            if (ended) {
                return;
            }
            var bytes = text.getBytes(ISO_8859_1);
            int count = Math.min(bytes.length, writtenBytes);
            try {
                socket.getOutputStream().write(bytes, 0, count);
                if (writtenBytes != NEVER) {
                    writtenBytes -= count;
                    if (writtenBytes == 0) {
                        end();
                    }
                }
            } catch (IOException e) {
                end();
            }
        }

        private void receive(String tag, Request request) {
            if (ended) {
                return;
            }
            if (tag.equals(Tag.NONE)) {
                untagged(request);
            } else if (session == null) {
                violation("a tag before the session: " + tag);
            } else {
                numbered(session, tag, request);
            }
        }

        private void untagged(Request request) {
            if (request instanceof Request.Hello) {
                write("ok fake/1 ping,tags,cancel,sessions window=131072,max_grace=10,of_tomorrow=yes\n");
            } else if (request instanceof Request.Resume resume) {
                resume(resume);
            } else if (request instanceof Request.Acknowledge ack && session != null) {
                acknowledge(session, ack.received());
            } else if (request instanceof Request.Bye && session != null) {
                if (!session.owed.isEmpty()) {
                    violations.add("bye before the last answers were acknowledged");
                }
                sessions.values().remove(session);
                write("ok\n");
            } else {
                write("ok\n");
            }
        }

        private void resume(Request.Resume request) {
            var known = sessions.get(request.id());
            if (known == null) {
                session = new Session();
                sessions.put(request.id(), session);
                write("ok new " + GRACE + "\n");
            } else if (request.received() < known.acknowledged || request.received() > known.decided) {
                violations.add("received " + request.received() + " of " + known.decided);
                write("error\n");
                return;
            } else {
                session = known;
                if (known.connection != null) {
                    known.connection.end();
                }
                known.acknowledge(request.received());
                write("ok resumed " + GRACE + " " + known.seen + "\n");
                List.copyOf(known.owed).forEach(this::write);
            }
            if (!ended) {
                session.connection = this;
            }
        }

        private void acknowledge(Session of, long received) {
            if (received > of.decided) {
                violation("acknowledged " + received + " of " + of.decided);
            } else {
                of.acknowledge(received);
            }
        }

        private void numbered(Session of, String tag, Request request) {
            long number = RequestNumber.numberOf(tag);
            long received = RequestNumber.receivedOf(tag);
            if (received != RequestNumber.NONE) {
                acknowledge(of, received);
            }
            if (number == RequestNumber.NONE || number > of.seen + 1) {
                violation("number " + tag + " after " + of.seen);
            } else if (number > of.seen) {
                of.seen = number;
                execute(of, number, request);
            }
        }

        private void violation(String what) {
            violations.add(what);
            end();
        }
    }

    private void execute(Session by, long number, Request request) {
        executed.add(number + " " + request.verb().word() + " " + request.key());
        if (request instanceof Request.Add add) {
            by.answer(number, new Reply.Count(counters.merge(add.key(), add.delta(), Long::sum)));
        } else if (request instanceof Request.GetCounter get) {
            by.answer(number, new Reply.Count(counters.getOrDefault(get.key(), 0L)));
        } else if (request instanceof Request.Push push) {
            var list = list(push.key());
            list.add(push.value());
            by.answer(number, new Reply.Count(list.size()));
            serve(push.key());
        } else if (request instanceof Request.Pop pop) {
            var value = list(pop.key()).poll();
            by.answer(number, value == null ? new Reply.Word(Status.NIL) : new Reply.Text(value));
        } else if (request instanceof Request.BlockingPop) {
            by.waits.put(number, request);
            serve(request.key());
        } else if (request instanceof Request.Cancel cancel) {
            long waiting = Long.parseLong(cancel.tag());
            if (by.waits.remove(waiting) != null) {
                by.answer(waiting, new Reply.Word(Status.NIL));
            }
            by.answer(number, new Reply.Word(Status.OK));
        } else {
            by.answer(number, lock(request));
        }
    }

    private Reply lock(Request request) {
        if (request instanceof Request.Acquire acquire && request.verb() == Verb.LOCK) {
            if (locks.containsKey(acquire.key())) {
                return new Reply.Word(Status.TIMEOUT);
            }
            var token = "t" + ++fence;
            locks.put(acquire.key(), token);
            return new Reply.Granted(Status.OK, token, 30_000, DurationForm.SECONDS, fence);
        }
        if (request instanceof Request.Renew renew && renew.token().equals(locks.get(renew.key()))) {
            return new Reply.Renewed(30_000, DurationForm.SECONDS, fence);
        }
        boolean released = request instanceof Request.Release release && locks.remove(release.key(), release.token());
        return new Reply.Word(released || request instanceof Request.Ping ? Status.OK : Status.ERROR);
    }

    private void serve(String key) {
        for (var session : sessions.values()) {
            for (var wait : List.copyOf(session.waits.entrySet())) {
                if (wait.getValue().key().equals(key) && !list(key).isEmpty()) {
                    session.waits.remove(wait.getKey());
                    session.answer(wait.getKey(), new Reply.Text(list(key).remove()));
                }
            }
        }
    }

    private ArrayDeque<String> list(String key) {
        return lists.computeIfAbsent(key, absent -> new ArrayDeque<>());
    }
}
