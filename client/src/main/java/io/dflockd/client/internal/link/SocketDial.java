package io.dflockd.client.internal.link;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.TlsOptions;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.spi.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** Opens one socket, plain or TLS. {@link #abort} from another thread ends it at every point. */
final class SocketDial {
    private static final int TCP_KEEP_ALIVE_SECONDS = 30;
    private static final int TCP_KEEP_ALIVE_PROBES = 3;
    private static final int TLS_GOODBYE_MILLIS = 1000;

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Socket raw;
    private @Nullable SSLSocket tls;
    private boolean aborted;

    /** Tries the addresses of the host one after another. Blocks until connected, failed or aborted. */
    Socket open(ServerAddress address, @Nullable TlsOptions options) throws IOException {
        IOException last = null;
        for (InetAddress ip : InetAddress.getAllByName(address.host())) {
            try {
                var socket = connect(new InetSocketAddress(ip, address.port()));
                return options == null ? socket : handshake(socket, address, options);
            } catch (IOException e) {
                if (last != null) {
                    e.addSuppressed(last);
                }
                last = e;
                checkNotAborted();
            }
        }
        throw last == null ? new IOException("the host name has no address") : last;
    }

    /** Closes what is there and keeps more from coming. Never blocks for the peer. */
    void abort() {
        lock.lock();
        try {
            aborted = true;
            closeQuietly(raw);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #abort}, but lets TLS say goodbye first, for a moment. */
    void close(TimeSource time) {
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
        time.after(TLS_GOODBYE_MILLIS * 1_000_000L, this::abort);
        Threads.io().execute(() -> {
            closeQuietly(polite);
            abort();
        });
    }

    private Socket connect(InetSocketAddress address) throws IOException {
        var socket = new Socket();
        lock.lock();
        try {
            checkNotAborted();
            raw = socket;
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
