package io.dflockd.spring.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the properties say. */
record PropertiesConnectionDetails(List<String> servers, @Nullable Supplier<String> authToken)
        implements
            DflockdConnectionDetails {
    private static final String DEFAULT = "127.0.0.1:6388";

    static PropertiesConnectionDetails of(DflockdProperties properties) {
        if (!properties.shards().isEmpty() && !properties.server().equals(DEFAULT)) {
            throw new IllegalStateException("dflockd.server = %s and dflockd.shards = %s; only one of them is valid"
                    .formatted(properties.server(), properties.shards()));
        }
        return new PropertiesConnectionDetails(
                properties.shards().isEmpty() ? List.of(properties.server()) : properties.shards(), token(properties));
    }

    private static @Nullable Supplier<String> token(DflockdProperties properties) {
        var token = properties.authToken();
        var file = properties.authTokenFile();
        if (token != null && file != null) {
            throw new IllegalStateException("dflockd.auth-token and dflockd.auth-token-file = " + file
                    + "; only one of them is valid");
        }
        if (token != null) {
            return () -> token;
        }
        if (file == null) {
            return null;
        }
        var first = read(file); // a file that is not there ends the start, and not the first lock
        return () -> Files.isReadable(file) ? read(file) : first;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("dflockd.auth-token-file = " + file + " cannot be read", e);
        }
    }
}
