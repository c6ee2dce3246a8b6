package io.dflockd.cli.load;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.TlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A server and how to speak to it.
 *
 * @param tls null for plain TCP
 * @param token null where the server wants none
 */
public record Endpoint(ServerAddress address, Duration connectTimeout, @Nullable TlsOptions tls,
        @Nullable String token) {
    /** Without the token. */
    @Override
    public String toString() {
        return address.toString();
    }

    /** Connects to the first address of the host that answers; the TLS handshake is included. */
    Socket connect() throws IOException {
        IOException last = new IOException("the host name has no address");
        for (var ip : InetAddress.getAllByName(address.host())) {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(ip, address.port()), millis());
                return tls == null ? socket : handshake(socket, tls);
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw last;
    }

    private Socket handshake(Socket socket, TlsOptions options) throws IOException {
        var secured = (SSLSocket) options.context()
                .getSocketFactory()
                .createSocket(socket, address.host(), address.port(), true);
        if (options.verifyHostname()) {
            var parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
        }
        secured.setSoTimeout(millis());
        secured.startHandshake();
        secured.setSoTimeout(0);
        return secured;
    }

    private int millis() {
        return Math.clamp(connectTimeout.toMillis(), 1, Integer.MAX_VALUE);
    }
}
