package io.dflockd.client.internal.link;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Log;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.SpinThenParkLock;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.Words;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.OctetBuffer;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket that lines go over, whatever they say. One daemon thread dials and then reads. Whoever has something to write
 * first writes for all that have meanwhile, so that requests leave in batches and nobody waits for a thread; but a caller
 * does so for a few batches only, and never on a virtual thread: an interrupt of one that is in the middle of a write
 * would close the socket that all share.
 *
 * <p>A peer that takes no bytes ends it.
 */
final class LineSocket {
    private static final Log log = Log.of(Link.class);
    private static final AtomicLong COUNT = new AtomicLong();
    private static final int BUFFER_BYTES = 512;
    private static final int MAX_KEPT_BUFFER_BYTES = 64 * 1024;
    /** How many batches a caller writes for others before a thread of the library goes on. */
    private static final int BATCHES_OF_A_CALLER = 4;
    /**
     * Callers and the thread that reads write no more than so many bytes that the peer may not have taken. So many go into
     * the buffer of the socket, which begins with 16 KiB, so that a peer that takes nothing holds up none of them.
     */
    private static final int MOST_BYTES_UNTAKEN = 8 * 1024;
    /** For so long, and while it deals with so many lines, requests are left to the thread that reads. */
    private static final long LONGEST_DEFERRAL_NANOS = 5_000_000;
    private static final int MOST_LINES_OF_A_DEFERRAL = 256;

    private final ServerAddress address;
    private final ConnectionOptions options;
    private final TimeSource time;
    private final User user;
    private final FirstWords firstWords = new FirstWords();
    private final SocketDial dial;
    private final Deadline writing;

    private final SpinThenParkLock lock = new SpinThenParkLock();
    private OctetBuffer outbound = new OctetBuffer(BUFFER_BYTES);
    private OctetBuffer spare = new OctetBuffer(BUFFER_BYTES);
    private boolean hasWriter;
    /** Whether the thread that reads has lines to deal with, and writes what there is before it waits for more. */
    private volatile boolean readerWrites;
    /** When it had the first of these lines, or last wrote among them. */
    private volatile long readerWroteAt;
    /** How many bytes were added in all, and how many of these were written. */
    private long added;
    private long written;
    /** How many of them the peer has taken, as its answers show. */
    private volatile long taken;
    private @Nullable Socket socket;
    private volatile @Nullable DflockdException failure;

    /** Who makes something of the lines. */
    interface User {
        /** Connected, TLS handshake included. On the thread that reads, before it does. */
        void opened(LineReader lines);

        /** On the thread that reads, before it reads on. */
        void line(String line, boolean cut);

        /** Nothing more comes, and nothing more is written. Called once; the socket is closed already. */
        void ended(DflockdException why);
    }

    LineSocket(ServerAddress address, ConnectionOptions options, TimeSource time, User user) {
        this.address = address;
        this.options = options;
        this.time = time;
        this.user = user;
        this.dial = new SocketDial(time);
        this.writing = new Deadline(time, () -> fail(new ConnectionLostException(
                address + ": the server takes no bytes"), false));
    }

    /** Begins to connect. */
    void start() {
        var unused = Threads.start("dflockd-connection-" + COUNT.incrementAndGet() + "-" + address, this::run);
    }

    /** Why it has ended; null while it has not. Known before anybody is told. */
    @Nullable
    DflockdException failure() {
        return failure;
    }

    /**
     * Adds to what is to be written; after the end, it goes nowhere.
     *
     * @return where it ends among all that was added: whoever reads the answer tells {@link #taken} of it
     */
    long add(Consumer<OctetBuffer> lines) {
        lock.lock();
        try {
            if (failure == null) {
                int before = outbound.length();
                lines.accept(outbound);
                added += outbound.length() - before;
            }
            return added;
        } finally {
            lock.unlock();
        }
    }

    /** The peer has answered what ends there, so it has taken all up to there. On the thread that reads. */
    void taken(long end) {
        taken = Math.max(taken, end);
    }

    /**
     * Writes what there is, on this thread or another, unless somebody does already, or will soon: while answers are dealt
     * with, and the peer has something to do, the requests that come of them leave together.
     */
    void flush(boolean here) {
        flush(here, true);
    }

    /** Writes what there is, on this thread, unless somebody does already. */
    void flushNow() {
        flush(true, false);
    }

    private void flush(boolean here, boolean mayBeLeft) {
        lock.lock();
        try {
            if (hasWriter || outbound.isEmpty() || (mayBeLeft && isLeftToReader())) {
                return;
            }
            hasWriter = true;
        } finally {
            lock.unlock();
        }
        orFail(() -> write(here));
    }

    /** Not for long: whatever holds the reader up is not to hold up renewals. */
    private boolean isLeftToReader() {
        return readerWrites && taken < written && time.nanoTime() - readerWroteAt < LONGEST_DEFERRAL_NANOS;
    }

    private void write(boolean here) {
        if (here && !Threads.isVirtual()) {
            drain(BATCHES_OF_A_CALLER, MOST_BYTES_UNTAKEN);
        } else {
            Threads.io().execute(() -> orFail(() -> drain(Integer.MAX_VALUE, Long.MAX_VALUE)));
        }
    }

    /** Nobody else writes while this does, so where it cannot, it ends the socket. */
    private void orFail(Runnable writer) {
        try {
            writer.run();
        } catch (RuntimeException | Error e) {
            fail(new ConnectionLostException(address + ": cannot write: " + e, e), false);
            throw e;
        }
    }

    /** Ends it; only the first reason counts. {@code polite} lets TLS say goodbye. */
    void fail(DflockdException why, boolean polite) {
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            failure = why;
        } finally {
            lock.unlock();
        }
        writing.stop();
        if (polite) {
            dial.close();
        } else {
            dial.abort();
        }
        user.ended(why);
    }

    private void run() {
        var alarm = time.after(Nanos.of(options.connectTimeout()), () -> fail(new ConnectionFailedException(
                address + ": not connected within " + Words.of(options.connectTimeout())
                        + dial.likelyCauseOfSilence()),
                false));
        LineReader lines;
        try {
            var connected = dial.open(address, options.tls(), options.connectTimeout());
            lines = new LineReader(connected.getInputStream(), options.maxResponseBytes(), this::beforeWait);
            lock.lock();
            try {
                socket = connected;
            } finally {
                lock.unlock();
            }
        } catch (IOException | RuntimeException e) {
            alarm.cancel();
            fail(new ConnectionFailedException(
                    address + ": cannot connect: " + Words.of(e) + dial.likelyCauseOf(e), e), false);
            return;
        }
        alarm.cancel();
        user.opened(lines);
        read(lines);
    }

    private void beforeWait() {
        readerWrites = false; // before it looks, so that what is added after the look is written by who adds it
        flushNow();
    }

    private void read(LineReader lines) {
        try {
            int dealtWith = 0;
            for (var line = lines.next(); line != null; line = lines.next()) {
                boolean goesOn = readerWrites;
                if (goesOn && ++dealtWith == MOST_LINES_OF_A_DEFERRAL) {
                    flushNow();
                    goesOn = false;
                }
                if (!goesOn) {
                    dealtWith = 0;
                    readerWroteAt = time.nanoTime();
                    readerWrites = true;
                }
                firstWords.heard(line);
                user.line(line, lines.wasCut());
            }
            firstWords.heard(lines.unfinished());
            fail(new ConnectionLostException(address + ": closed by the server" + likelyCause()), false);
        } catch (IOException e) {
            fail(broken("connection broken: ", e), false);
        } catch (RuntimeException | Error e) {
            log.error("{}: the reader failed", address, e);
            fail(new ConnectionLostException(address + ": the reader failed: " + e, e), false);
        }
    }

    /**
     * Writes until nothing is left, but no more than so many batches, nor more than so many bytes that the peer may not have
     * taken; the rest is written elsewhere. Only one thread is here at a time.
     */
    private void drain(int batches, long bytes) {
        for (int i = 0; i < batches; i++) {
            OctetBuffer batch;
            Socket to;
            lock.lock();
            try {
                writing.met();
                to = socket;
                if (outbound.isEmpty() || failure != null || to == null) {
                    hasWriter = false;
                    return;
                }
                if (written + outbound.length() - taken > bytes) {
                    break;
                }
                batch = outbound;
                outbound = spare;
                written += batch.length();
                writing.set(time.nanoTime() + Nanos.of(options.writeTimeout()));
            } finally {
                lock.unlock();
            }
            try {
                to.getOutputStream().write(batch.array(), 0, batch.length());
            } catch (IOException e) {
                fail(broken("cannot write: ", e), false);
                return;
            }
            batch.clear();
            spare = batch.array().length > MAX_KEPT_BUFFER_BYTES ? new OctetBuffer(BUFFER_BYTES) : batch;
        }
        writing.met();
        write(false);
    }

    /** What the server has said so far. */
    FirstWords firstWords() {
        return firstWords;
    }

    private ConnectionLostException broken(String what, IOException cause) {
        return new ConnectionLostException(address + ": " + what + Words.of(cause) + likelyCause(), cause);
    }

    private String likelyCause() {
        return firstWords.likelyCause(options.tls() != null);
    }
}
