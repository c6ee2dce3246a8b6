package io.dflockd.transport;

import io.dflockd.service.SettingException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
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
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    private static final List<String> NEWEST_PROTOCOL = List.of("TLSv1.3");
    private static final Flags OF_CLIENTS = new Flags("--tls-cert", "--tls-key", "--tls-client-ca");
    private static final Flags OF_OPERATORS = new Flags(
            "--admin-tls-cert", "--admin-tls-key", "--admin-tls-client-ca");
    private static final Flags OF_PEERS = new Flags("--peer-tls-cert", "--peer-tls-key", "--peer-tls-ca");

    private final Flags flags;
    private final Path certificate;
    private final Path key;
    /** Who must have signed what the other side shows; empty where it need not show anything. */
    private final Optional<Path> authorities;
    private final ClientAuth clientAuth;
    private final List<String> protocols;
    private Loaded loaded;
    private long checkedAt;
    private volatile BooleanConsumer reloaded = done -> {};

    /** Takes whether something was done. */
    @FunctionalInterface
    public interface BooleanConsumer {
        void accept(boolean done);
    }

    /** How the files are set. */
    private record Flags(String certificate, String key, String authorities) {}

    /**
     * The contexts for who comes and for where this node goes, the certificate that is shown, what their files looked like, and
     * what was in them.
     */
    private record Loaded(SslContext context, Optional<SslContext> outgoing, X509Certificate shown,
            List<Object> state, List<String> content) {}

    private TlsFiles(
            Flags flags,
            Path certificate,
            Path key,
            Optional<Path> authorities,
            ClientAuth clientAuth,
            List<String> protocols) {
        this.flags = flags;
        this.certificate = certificate;
        this.key = key;
        this.authorities = authorities;
        this.clientAuth = clientAuth;
        this.protocols = protocols;
        this.loaded = load();
        this.checkedAt = System.nanoTime();
    }

    /**
     * Empty where TLS is off. With authorities, clients must show a certificate, or may where these are optional. Throws
     * {@link SettingException} for files that cannot be used.
     */
    public static Optional<TlsFiles> of(
            Optional<Path> certificate,
            Optional<Path> key,
            Optional<Path> clientAuthorities,
            boolean certificatesAreOptional) {
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new TlsFiles(
                OF_CLIENTS, certificate.get(), key.get(), clientAuthorities,
                certificatesAreOptional ? ClientAuth.OPTIONAL : ClientAuth.REQUIRE, PROTOCOLS));
    }

    /**
     * Of the port of operators. Who comes there may show a certificate of the authorities: probes have none. Throws
     * {@link SettingException} for files that cannot be used.
     *
     * @param isOwn whether the files are those of that port, and not of the clients'
     */
    public static TlsFiles ofOperators(
            Path certificate, Path key, Optional<Path> clientAuthorities, boolean isOwn) {
        return new TlsFiles(
                isOwn ? OF_OPERATORS : OF_CLIENTS, certificate, key, clientAuthorities, ClientAuth.OPTIONAL,
                NEWEST_PROTOCOL);
    }

    /**
     * Of the members of a cluster, which show each other a certificate of one authority. Throws {@link SettingException} for
     * files that cannot be used.
     */
    public static TlsFiles ofPeers(Path certificate, Path key, Path authority) {
        return new TlsFiles(OF_PEERS, certificate, key, Optional.of(authority), ClientAuth.REQUIRE, NEWEST_PROTOCOL);
    }

    /**
     * For a connection to a member, which must show a certificate for the host where it is.
     *
     * @param address {@code host:port}
     */
    SslHandler newClientHandler(ByteBufAllocator allocator, String address) {
        return loaded().outgoing.orElseThrow()
                .newHandler(
                        allocator, Addresses.hostOf(address), Addresses.portOf(address));
    }

    /** The server's end of a new connection, for those who do not speak with Netty's means. */
    public SSLEngine newEngine() {
        return loaded().context.newEngine(ByteBufAllocator.DEFAULT);
    }

    SslContext context() {
        return loaded().context;
    }

    /** Is told when files that had changed were read again: whether they can be used. */
    public void onReload(BooleanConsumer action) {
        reloaded = action;
    }

    /** When the certificate ends that is shown now. */
    public Instant certificateEnds() {
        return loaded().shown.getNotAfter().toInstant();
    }

    /** The certificate that is shown now. */
    public X509Certificate certificate() {
        return loaded().shown;
    }

    /** Where that was read. */
    public Path certificateFile() {
        return certificate;
    }

    /**
     * Reads the files. What is returned puts them in force; empty where they are as they were. Throws {@link SettingException}
     * for files that cannot be used; the former ones stay in force then.
     */
    public synchronized Optional<Runnable> prepare() {
        var next = load();
        return next.content.equals(loaded.content) ? Optional.empty() : Optional.of(() -> use(next));
    }

    private synchronized void use(Loaded next) {
        loaded = next;
        reloaded.accept(true);
        LOG.atInfo().setMessage("TLS certificate read again").addKeyValue("file", certificate).log();
    }

    private synchronized Loaded loaded() {
        long now = System.nanoTime();
        if (now - checkedAt >= CHECK_INTERVAL_NANOS) {
            checkedAt = now;
            reloadIfChanged();
        }
        return loaded;
    }

    private void reloadIfChanged() {
        var state = state();
        if (state.equals(loaded.state)) {
            return;
        }
        try {
            var next = load();
            if (next.content.equals(loaded.content)) {
                loaded = withState(state); // only their times changed, or where they lie
                return;
            }
            loaded = next;
            reloaded.accept(true);
            LOG.atInfo().setMessage("TLS certificate read again").addKeyValue("file", certificate).log();
        } catch (SettingException e) {
            loaded = withState(state);
            reloaded.accept(false);
            LOG.atError()
                    .setMessage("changed TLS files cannot be used, the former ones stay in force")
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    private Loaded withState(List<Object> state) {
        return new Loaded(loaded.context, loaded.outgoing, loaded.shown, state, loaded.content);
    }

    private Loaded load() {
        var state = state();
        requireReadable(flags.certificate, certificate);
        requireReadable(flags.key, key);
        authorities.ifPresent(file -> requireReadable(flags.authorities, file));
        var files = "%s %s, %s %s".formatted(flags.certificate, certificate, flags.key, key);
        var content = content(files); // before they are read: what comes between is seen at the next look
        var pair = TlsPair.read(files, certificate, key);
        boolean betweenPeers = flags.equals(OF_PEERS);
        try {
            var builder = SslContextBuilder.forServer(pair.key(), pair.chain())
                    .sslProvider(SslProvider.JDK)
                    .protocols(protocols);
            if (authorities.isPresent()) {
                trust(builder, authorities.get()).clientAuth(clientAuth);
            }
            return new Loaded(
                    builder.build(), betweenPeers ? Optional.of(outgoing(pair)) : Optional.empty(),
                    pair.chain().get(0), state, content);
        } catch (IOException e) {
            throw new SettingException("%s: %s".formatted(files, reason(e)), e);
        }
    }

    private SslContext outgoing(TlsPair pair) throws IOException {
        var builder = SslContextBuilder.forClient()
                .keyManager(pair.key(), pair.chain())
                .sslProvider(SslProvider.JDK)
                .protocols(NEWEST_PROTOCOL)
                .endpointIdentificationAlgorithm("HTTPS");
        return trust(builder, authorities.orElseThrow()).build();
    }

    private SslContextBuilder trust(SslContextBuilder builder, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return builder.trustManager(in);
        } catch (IllegalArgumentException e) {
            throw new SettingException(
                    "%s %s: must be certificates in PEM: %s".formatted(flags.authorities, file, reason(e)), e);
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

    /** Of a look that costs little. Tools that want the same bytes each time give all files one time, but not one change. */
    private List<Object> state() {
        var state = new ArrayList<Object>();
        for (var file : files()) {
            try {
                state.add(Files.getLastModifiedTime(file));
                state.add(Files.size(file));
                state.add(Files.readAttributes(file, "unix:ino,ctime"));
            } catch (IOException e) {
                state.add("unreadable");
            } catch (UnsupportedOperationException | IllegalArgumentException e) {
                state.add("not of Unix");
            }
        }
        return state;
    }

    private List<String> content(String inWords) {
        var content = new ArrayList<String>();
        try {
            for (var file : files()) {
                var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                content.add(HexFormat.of().formatHex(digest));
            }
            return content;
        } catch (IOException e) {
            throw new SettingException("%s: %s".formatted(inWords, reason(e)), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has it", e);
        }
    }

    private List<Path> files() {
        var files = new ArrayList<>(List.of(certificate, key));
        authorities.ifPresent(files::add);
        return files;
    }

    private static String reason(Exception e) {
        Throwable deepest = e instanceof SSLException && e.getCause() != null ? e.getCause() : e;
        var message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message.lines().findFirst().orElse("");
    }
}
