package io.dflockd.conformance;

import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ConfigLoader;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Our own server, one for each set of options, shared by the tests and ended with the JVM. With {@code
 * -Ddflockd.conformance.durable=true} each keeps its state in a folder, where the protocol is the same to the byte.
 */
final class OwnServers {
    /** In an option: a file with this text. */
    private static final Pattern FILE = Pattern.compile("\\{file:(.*)}");
    /** What the servers of a run keep goes with the results of the build. */
    private static final Path STATES = Path.of("target", "states");

    static final boolean DURABLE = Boolean.getBoolean("dflockd.conformance.durable");
    private static final Map<List<String>, DflockdServer> SERVERS = new HashMap<>();
    private static final Map<List<String>, InetSocketAddress> LEGACY_ADDRESSES = new HashMap<>();
    private static List<String> tlsOptions = List.of();

    private OwnServers() {}

    static InetSocketAddress address(boolean tls, List<String> options) {
        return shared(tls, options).address();
    }

    /** The second port of a server with these options, where old clients are answered. */
    static synchronized InetSocketAddress legacyAddress(boolean tls, List<String> options) {
        var all = withTls(tls, options);
        return LEGACY_ADDRESSES.computeIfAbsent(all, absent -> {
            var legacy = new ArrayList<>(all);
            legacy.addAll(List.of("--legacy-host", "127.0.0.1", "--legacy-port", "0"));
            return start(legacy).legacyAddress().orElseThrow();
        });
    }

    /** A server that nobody else uses; the caller closes it. */
    static DflockdServer start(List<String> options) {
        var arguments = new ArrayList<>(List.of("--host", "127.0.0.1", "--port", "0", "--auth-failure-limit", "0"));
        // With TLS above it nothing is different, and each takes 25 MB.
        if (DURABLE && !options.contains("--tls-cert")) {
            arguments.addAll(List.of("--data-dir", newFolder(), "--fsync", "os"));
        }
        options.forEach(option -> arguments.add(FILE.matcher(option).replaceAll(file -> fileWith(file.group(1)))));
        if (ConfigLoader.load(arguments, Map.of()) instanceof ConfigLoader.Wish.Serve serve) {
            return DflockdServer.start(serve.config());
        }
        throw new IllegalArgumentException("no server starts with " + options);
    }

    private static synchronized DflockdServer shared(boolean tls, List<String> options) {
        return SERVERS.computeIfAbsent(withTls(tls, options), OwnServers::start);
    }

    private static synchronized List<String> withTls(boolean tls, List<String> options) {
        var all = new ArrayList<>(options);
        if (tls) {
            all.addAll(tlsOptions());
        }
        return List.copyOf(all);
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

    private static String newFolder() {
        try {
            return Files.createTempDirectory(Files.createDirectories(STATES), "conformance").toString();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for the state", e);
        }
    }

    private static String fileWith(String text) {
        try {
            var file = Files.createTempFile("conformance", ".txt");
            Files.writeString(file, text);
            return path(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a file for an option", e);
        }
    }

    private static String path(File file) {
        file.deleteOnExit();
        return file.getPath();
    }
}
