package io.dflockd.conformance;

import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ConfigLoader;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.File;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Our own server, one for each set of options, shared by the tests and ended with the JVM. */
final class OwnServers {
    private static final Map<List<String>, DflockdServer> SERVERS = new HashMap<>();
    private static List<String> tlsOptions = List.of();

    private OwnServers() {}

    static InetSocketAddress address(boolean tls, List<String> options) {
        return shared(tls, options).address();
    }

    /** A server that nobody else uses; the caller closes it. */
    static DflockdServer start(List<String> options) {
        var arguments = new ArrayList<>(List.of("--host", "127.0.0.1", "--port", "0", "--auth-failure-limit", "0"));
        arguments.addAll(options);
        if (ConfigLoader.load(arguments, Map.of()) instanceof ConfigLoader.Wish.Serve serve) {
            return DflockdServer.start(serve.config());
        }
        throw new IllegalArgumentException("no server starts with " + options);
    }

    private static synchronized DflockdServer shared(boolean tls, List<String> options) {
        var all = new ArrayList<>(options);
        if (tls) {
            all.addAll(tlsOptions());
        }
        return SERVERS.computeIfAbsent(List.copyOf(all), OwnServers::start);
    }

    private static List<String> tlsOptions() {
        if (tlsOptions.isEmpty()) {
            try {
                X509Bundle certificate = new CertificateBuilder().subject("CN=localhost")
                        .addSanDnsName("localhost")
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned();
                tlsOptions = List.of("--tls-cert", path(certificate.toTempCertChainPem()), "--tls-key",
                        path(certificate.toTempPrivateKeyPem()));
            } catch (Exception e) { // what pkitesting declares
                throw new IllegalStateException("cannot make a certificate", e);
            }
        }
        return tlsOptions;
    }

    private static String path(File file) {
        file.deleteOnExit();
        return file.getPath();
    }
}
