package io.dflockd.client.internal.link;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.TlsOptions;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.spi.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** Opens one socket, plain or TLS, to a host that may have several addresses. {@link #abort} from another thread ends it at every point. */
final class SocketDial {
    private static final int TCP_KEEP_ALIVE_SECONDS = 30;
    private static final int TCP_KEEP_ALIVE_PROBES = 3;
    private static final int TLS_GOODBYE_MILLIS = 1000;
    /** How the JDK says that what came is no TLS. */
    private static final String NOT_TLS = "SSL message";

    private final TimeSource time;
    private final Resolver resolver;
    private final ReentrantLock lock = new ReentrantLock();
    /** Those that try to connect, and in the end the one that has. */
    private final Set<Socket> sockets = new HashSet<>();
    private @Nullable SSLSocket tls;
    private boolean aborted;
    private volatile boolean shakesHands;

    /** Knows the addresses of hosts. */
    interface Resolver {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    SocketDial(TimeSource time) {
        this(time, InetAddress::getAllByName);
    }

    SocketDial(TimeSource time, Resolver resolver) {
        this.time = time;
        this.resolver = resolver;
    }

    /**
     * Connects to whichever address of the host lets it. Blocks until connected, failed or aborted; {@code within} is how
     * long the caller will wait before it aborts.
     */
    Socket open(ServerAddress address, @Nullable TlsOptions options, Duration within) throws IOException {
        var left = new ArrayList<>(List.of(resolver.addressesOf(address.host())));
        IOException last = null;
        while (!left.isEmpty()) {
            var socket = new AddressRace(time, List.copyOf(left), Nanos.of(within),
                    ip -> connect(new InetSocketAddress(ip, address.port()))).run();
            keepOnly(socket);
            try {
                return options == null ? socket : handshake(socket, address, options);
            } catch (IOException e) {
                if (last != null) {
                    e.addSuppressed(last);
                }
                last = e;
                checkNotAborted();
                left.remove(socket.getInetAddress());
            }
        }
        throw last == null ? new IOException("the host name has no address") : last;
    }

    /** What may have kept a server silent that was given up, to be added to a message. */
    String likelyCauseOfSilence() {
        return shakesHands ? ", though TCP is; perhaps the server speaks no TLS at this port" : "";
    }

    /** What may have brought this failure about, to be added to a message. */
    String likelyCauseOf(Exception failure) {
        return shakesHands && String.valueOf(failure.getMessage()).contains(NOT_TLS)
                ? "; perhaps the server speaks no TLS at this port"
                : "";
    }

    /** Closes what is there and keeps more from coming. Never blocks for the peer. */
    void abort() {
        lock.lock();
        try {
            aborted = true;
            sockets.forEach(SocketDial::closeQuietly);
            sockets.clear();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #abort}, but lets TLS say goodbye first, for a moment. */
    void close() {
        SSLSocket polite;
        lock.lock();
        try {
            polite = tls;
        } finally {
            lock.unlock();
        }
        if (polite == null) {
            abort();
            return;
        }
        var alarm = time.after(TLS_GOODBYE_MILLIS * 1_000_000L, this::abort);
        Threads.io().execute(() -> {
            closeQuietly(polite);
            abort();
            alarm.cancel();
        });
    }

    private Socket connect(InetSocketAddress address) throws IOException {
        var socket = new Socket();
        lock.lock();
        try {
            checkNotAborted();
            sockets.add(socket);
        } finally {
            lock.unlock();
        }
        try {
            socket.setTcpNoDelay(true);
            keepAlive(socket);
            socket.connect(address);
            return socket;
        } catch (IOException e) {
            closeQuietly(socket);
            throw e;
        }
    }

    /** Ends the other attempts. */
    private void keepOnly(Socket winner) throws IOException {
        lock.lock();
        try {
            checkNotAborted();
            sockets.remove(winner);
            sockets.forEach(SocketDial::closeQuietly);
            sockets.clear();
            sockets.add(winner);
        } finally {
            lock.unlock();
        }
    }

    private Socket handshake(Socket socket, ServerAddress address, TlsOptions options) throws IOException {
        try {
            var secured = (SSLSocket) options.context()
                    .getSocketFactory()
                    .createSocket(socket, address.host(),
                            address.port(), true);
            var parameters = options.parameters() == null ? secured.getSSLParameters() : options.parameters();
            secured.setSSLParameters(parameters);
            if (options.verifyHostname()) {
                // Asked of the socket, not set on what the caller gave us: that object is shared.
                var verified = secured.getSSLParameters();
                verified.setEndpointIdentificationAlgorithm("HTTPS");
                secured.setSSLParameters(verified);
            }
            shakesHands = true;
            secured.startHandshake();
            lock.lock();
            try {
                checkNotAborted();
                tls = secured;
            } finally {
                lock.unlock();
            }
            return secured;
        } catch (IOException e) {
            closeQuietly(socket);
            throw e;
        }
    }

    private static void keepAlive(Socket socket) throws IOException {
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        var supported = socket.supportedOptions();
        if (supported.contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, TCP_KEEP_ALIVE_SECONDS);
        }
        if (supported.contains(ExtendedSocketOptions.TCP_KEEPINTERVAL)) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, TCP_KEEP_ALIVE_SECONDS);
        }
        if (supported.contains(ExtendedSocketOptions.TCP_KEEPCOUNT)) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, TCP_KEEP_ALIVE_PROBES);
        }
    }

    private void checkNotAborted() throws SocketException {
        lock.lock();
        try {
            if (aborted) {
                throw new SocketException("closed");
            }
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(@Nullable Socket socket) {
        if (socket == null) {
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            // There is nothing left to save on a socket that we give up.
        }
    }
}
