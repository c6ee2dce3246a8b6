package io.dflockd.client.internal.link;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.Words;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.OctetBuffer;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket that lines go over, whatever they say. One daemon thread dials and then reads. Whoever has something to write
 * first writes for all that have meanwhile, so that requests leave in batches and nobody waits for a thread; but a caller
 * does so for a few batches only, and never on a virtual thread: an interrupt of one that is in the middle of a write
 * would close the socket that all share.
 *
 * <p>A peer that takes no bytes ends it.
 */
final class LineSocket {
    private static final Logger log = LoggerFactory.getLogger(Link.class);
    private static final AtomicLong COUNT = new AtomicLong();
    private static final int BUFFER_BYTES = 512;
    private static final int MAX_KEPT_BUFFER_BYTES = 64 * 1024;
    /** How many batches a caller writes for others before a thread of the library goes on. */
    private static final int BATCHES_OF_A_CALLER = 4;
    /**
     * A caller writes no more than so many bytes beyond what had been written when the peer was last heard of. So many go
     * into the buffer of the socket, which begins with 16 KiB, so that a peer that takes nothing holds up no caller.
     */
    private static final int MOST_BYTES_OF_A_CALLER = 8 * 1024;

    private final ServerAddress address;
    private final ConnectionOptions options;
    private final TimeSource time;
    private final User user;
    private final FirstWords firstWords = new FirstWords();
    private final SocketDial dial;
    private final Deadline writing;

    private final ReentrantLock lock = new ReentrantLock();
    private OctetBuffer outbound = new OctetBuffer(BUFFER_BYTES);
    private OctetBuffer spare = new OctetBuffer(BUFFER_BYTES);
    private boolean hasWriter;
    /** How many bytes were written, and how many of these had been when something was last read. */
    private final AtomicLong written = new AtomicLong();
    private volatile long writtenWhenRead;
    private @Nullable Socket socket;
    private @Nullable DflockdException failure;

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
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Adds to what is to be written; after the end, it goes nowhere. */
    void add(Consumer<OctetBuffer> lines) {
        lock.lock();
        try {
            if (failure == null) {
                lines.accept(outbound);
            }
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #add}; true where the caller has to call {@link #write} then. */
    boolean addToWrite(Consumer<OctetBuffer> lines) {
        lock.lock();
        try {
            if (failure != null) {
                return false;
            }
            lines.accept(outbound);
            boolean first = !hasWriter;
            hasWriter = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Writes what there is, on this thread or another, unless somebody does already. */
    void flush(boolean here) {
        lock.lock();
        try {
            if (hasWriter || outbound.isEmpty()) {
                return;
            }
            hasWriter = true;
        } finally {
            lock.unlock();
        }
        write(here);
    }

    void write(boolean here) {
        if (here && !Threads.isVirtual()) {
            drain(BATCHES_OF_A_CALLER, MOST_BYTES_OF_A_CALLER);
        } else {
            Threads.io().execute(() -> drain(Integer.MAX_VALUE, Long.MAX_VALUE));
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
            lines = new LineReader(connected.getInputStream(), options.maxResponseBytes());
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

    private void read(LineReader lines) {
        try {
            for (var line = lines.next(); line != null; line = lines.next()) {
                writtenWhenRead = written.get();
                firstWords.heard(line);
                user.line(line, lines.wasCut());
            }
            firstWords.heard(lines.unfinished());
            fail(new ConnectionLostException(address + ": closed by the server" + likelyCause()), false);
        } catch (IOException e) {
            fail(broken("connection broken: ", e), false);
        } catch (RuntimeException e) {
            log.error("{}: the reader failed", address, e);
            fail(new ConnectionLostException(address + ": the reader failed: " + e, e), false);
        }
    }

    /**
     * Writes until nothing is left, but no more than so many batches, nor more than so many bytes of which the peer may have
     * taken nothing; the rest is written elsewhere. Only one thread is here at a time.
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
                if (written.get() + outbound.length() - writtenWhenRead > bytes) {
                    break;
                }
                batch = outbound;
                outbound = spare;
                written.addAndGet(batch.length());
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
