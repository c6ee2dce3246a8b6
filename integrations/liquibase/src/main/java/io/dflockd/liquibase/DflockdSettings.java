package io.dflockd.liquibase;

import static java.util.Objects.requireNonNullElse;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.TlsOptions;
import io.dflockd.client.connection.ConnectionOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import liquibase.configuration.AutoloadedConfigurations;
import liquibase.configuration.ConfigurationDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What is set wherever Liquibase is set: in {@code liquibase.properties}, as a system property, or as
 * {@code LIQUIBASE_DFLOCKD_SERVER}. A setting that is empty counts as one that is not there.
 */
public final class DflockdSettings implements AutoloadedConfigurations {
    /** {@code liquibase.dflockd.enabled}: with {@code false} Liquibase takes its own lock, in the database. */
    public static final ConfigurationDefinition<Boolean> ENABLED;
    /** {@code liquibase.dflockd.server}: {@code host:port}, several nodes of one cluster with commas. */
    public static final ConfigurationDefinition<String> SERVER;
    /** {@code liquibase.dflockd.authToken}: what is shown to the server; none unless it is set. */
    public static final ConfigurationDefinition<String> AUTH_TOKEN;
    /** {@code liquibase.dflockd.authTokenFile}: a file with that token. */
    public static final ConfigurationDefinition<String> AUTH_TOKEN_FILE;
    /** {@code liquibase.dflockd.tls}: whether the server is reached by TLS. */
    public static final ConfigurationDefinition<Boolean> TLS;
    /** {@code liquibase.dflockd.tlsCaFile}: what the server's certificate is checked by, as PEM; else what the JVM trusts. */
    public static final ConfigurationDefinition<String> TLS_CA_FILE;
    /** {@code liquibase.dflockd.clientName}: who holds the lock is found by it; {@code liquibase@host}. */
    public static final ConfigurationDefinition<String> CLIENT_NAME;
    /** {@code liquibase.dflockd.key}: the name of the lock; {@code liquibase/} and a hash of the database's URL unless set. */
    public static final ConfigurationDefinition<String> KEY;

    /** The longest name that a server takes. */
    private static final int LONGEST_NAME = 64;

    static {
        var builder = new ConfigurationDefinition.Builder("liquibase.dflockd");
        ENABLED = builder.define("enabled", Boolean.class)
                .setDescription("Whether a dflockd server keeps the lock, and not the database")
                .setDefaultValue(true)
                .build();
        SERVER = builder.define("server", String.class)
                .setDescription("The dflockd server that keeps the lock")
                .setDefaultValue("127.0.0.1:6388")
                .build();
        AUTH_TOKEN = builder.define("authToken", String.class)
                .setDescription("What is shown to the dflockd server")
                .setValueObfuscator(token -> "*****")
                .build();
        AUTH_TOKEN_FILE = builder.define("authTokenFile", String.class)
                .setDescription("A file with what is shown to the dflockd server")
                .build();
        TLS = builder.define("tls", Boolean.class)
                .setDescription("Whether the dflockd server is reached by TLS")
                .setDefaultValue(false)
                .build();
        TLS_CA_FILE = builder.define("tlsCaFile", String.class)
                .setDescription("The certificates that the dflockd server is checked by, as PEM; else those of the JVM")
                .build();
        CLIENT_NAME = builder.define("clientName", String.class)
                .setDescription("What the dflockd server shows as holder of the lock; liquibase@host unless set")
                .build();
        KEY = builder.define("key", String.class)
                .setDescription("The name of the lock; all that migrate one database must have the same")
                .build();
    }

    /** For the service loader. */
    public DflockdSettings() {}

    /**
     * A client as the settings say. Nothing is sent yet.
     *
     * @throws IllegalArgumentException when one of them is wrong, with its name
     */
    static DflockdClient newClient() {
        var builder = DflockdClient.builder();
        apply(SERVER, server(), builder::server);
        apply(CLIENT_NAME, clientName(), builder::name);
        var options = connection();
        if (options.authToken() != null) {
            builder.authToken(options.authToken());
        }
        if (options.tls() != null) {
            builder.tls(options.tls());
        }
        return builder.build();
    }

    /** As {@link #newClient}, for one connection. */
    static ConnectionOptions connection() {
        var builder = ConnectionOptions.builder();
        @Nullable String token = text(AUTH_TOKEN);
        @Nullable String file = text(AUTH_TOKEN_FILE);
        if (token != null && file != null) {
            throw new IllegalArgumentException(
                    AUTH_TOKEN.getKey() + " and " + AUTH_TOKEN_FILE.getKey() + " = " + file + "; only one is valid");
        }
        if (file != null) {
            apply(AUTH_TOKEN_FILE, read(file), builder::authToken);
        } else if (token != null) {
            apply(AUTH_TOKEN, token, builder::authToken);
        }
        @Nullable String authorities = text(TLS_CA_FILE);
        if (TLS.getCurrentValue()) {
            builder.tls(authorities == null ? TlsOptions.ofDefault() : TlsOptions.of(trusting(authorities)));
        } else if (authorities != null) {
            throw new IllegalArgumentException(TLS_CA_FILE.getKey() + " = " + authorities + " has no effect unless "
                    + TLS.getKey() + " = true");
        }
        return builder.build();
    }

    static String server() {
        return requireNonNullElse(text(SERVER), SERVER.getDefaultValue());
    }

    static String clientName() {
        return requireNonNullElse(text(CLIENT_NAME), ownName());
    }

    static @Nullable String key() {
        return text(KEY);
    }

    private static String ownName() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unknown";
        }
        var clean = ("liquibase@" + host).replaceAll("[^\\p{Graph}]", "_");
        return clean.length() > LONGEST_NAME ? clean.substring(0, LONGEST_NAME) : clean;
    }

    private static @Nullable String text(ConfigurationDefinition<String> setting) {
        @Nullable String value = setting.getCurrentValue();
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static void apply(ConfigurationDefinition<String> setting, String value, Consumer<String> use) {
        try {
            use.accept(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(setting.getKey() + ": " + e.getMessage(), e);
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(AUTH_TOKEN_FILE.getKey() + " = " + file + " cannot be read: " + e, e);
        }
    }

    private static SSLContext trusting(String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (var authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, authority);
            }
            if (number == 0) {
                throw new IOException("it has no certificate");
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException(TLS_CA_FILE.getKey() + " = " + file + " cannot be used: " + e, e);
        }
    }
}
