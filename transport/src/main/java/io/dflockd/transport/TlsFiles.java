package io.dflockd.transport;

import io.dflockd.service.SettingException;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates, read again when their files have changed. Looks at the files when a connection comes, at most once a
 * second; files that cannot be used are logged and leave the former ones in force. Thread-safe.
 */
public final class TlsFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final long CHECK_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path certificate;
    private final Path key;
    private final Optional<Path> clientAuthorities;
    private Loaded loaded;
    private long checkedAt;

    /** A context and what its files looked like. */
    private record Loaded(SslContext context, List<Object> state) {}

    private TlsFiles(Path certificate, Path key, Optional<Path> clientAuthorities) {
        this.certificate = certificate;
        this.key = key;
        this.clientAuthorities = clientAuthorities;
        this.loaded = load();
        this.checkedAt = System.nanoTime();
    }

    /** Empty where TLS is off. Throws {@link SettingException} for files that cannot be used. */
    public static Optional<TlsFiles> of(
            Optional<Path> certificate, Optional<Path> key, Optional<Path> clientAuthorities) {
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new TlsFiles(certificate.get(), key.get(), clientAuthorities));
    }

    synchronized SslContext context() {
        long now = System.nanoTime();
        if (now - checkedAt >= CHECK_INTERVAL_NANOS) {
            checkedAt = now;
            reloadIfChanged();
        }
        return loaded.context;
    }

    private void reloadIfChanged() {
        var state = state();
        if (state.equals(loaded.state)) {
            return;
        }
        try {
            loaded = load();
            LOG.atInfo().setMessage("TLS certificate read again").addKeyValue("file", certificate).log();
        } catch (SettingException e) {
            loaded = new Loaded(loaded.context, state);
            LOG.atError()
                    .setMessage("changed TLS files cannot be used, the former ones stay in force")
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    private Loaded load() {
        var state = state();
        requireReadable("--tls-cert", certificate);
        requireReadable("--tls-key", key);
        clientAuthorities.ifPresent(file -> requireReadable("--tls-client-ca", file));
        var pair = TlsPair.read(certificate, key);
        try {
            var builder = SslContextBuilder.forServer(pair.key(), pair.chain())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2");
            if (clientAuthorities.isPresent()) {
                requireClients(builder, clientAuthorities.get());
            }
            return new Loaded(builder.build(), state);
        } catch (IOException e) {
            throw new SettingException("--tls-cert %s, --tls-key %s: %s".formatted(certificate, key, reason(e)), e);
        }
    }

    private static void requireClients(SslContextBuilder builder, Path authorities) throws IOException {
        try (InputStream in = Files.newInputStream(authorities)) {
            builder.trustManager(in).clientAuth(ClientAuth.REQUIRE);
        } catch (IllegalArgumentException e) {
            throw new SettingException("--tls-client-ca %s: must be certificates in PEM: %s"
                    .formatted(authorities, reason(e)), e);
        }
    }

    private static void requireReadable(String flag, Path file) {
        if (!Files.exists(file)) {
            throw new SettingException("%s: cannot read %s: no such file".formatted(flag, file));
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new SettingException("%s: cannot read %s".formatted(flag, file));
        }
    }

    private List<Object> state() {
        var files = new ArrayList<>(List.of(certificate, key));
        clientAuthorities.ifPresent(files::add);
        var state = new ArrayList<Object>();
        for (var file : files) {
            try {
                state.add(Files.getLastModifiedTime(file));
                state.add(Files.size(file));
            } catch (IOException e) {
                state.add("unreadable");
            }
        }
        return state;
    }

    private static String reason(Exception e) {
        Throwable deepest = e instanceof SSLException && e.getCause() != null ? e.getCause() : e;
        var message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message.lines().findFirst().orElse("");
    }
}
