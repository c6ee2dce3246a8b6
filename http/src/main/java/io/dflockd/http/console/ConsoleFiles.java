package io.dflockd.http.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The files of the console, as they are in the jar. */
final class ConsoleFiles {
    static final String FOLDER = "/console/";
    static final String START = "index.html";
    /** A jar cannot be asked what is in a folder of it. */
    static final List<String> NAMES = List.of(
            START, "address.js", "api.js", "app.css", "app.js", "bytes.js", "connections.js", "data.js", "dialogs.js",
            "events.js", "filters.js", "format.js",
            "icon.svg", "keyboard.js", "lock.js", "locks.js", "login.js", "pager.js", "poll.js", "server.js",
            "session.js",
            "sessions.js", "settings.js", "tiles.js", "lit/directive-helpers.js", "lit/directive.js", "lit/lit-html.js",
            "lit/directives/repeat.js");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");
    private static final String OTHER_TYPE = "text/plain; charset=utf-8";

    private ConsoleFiles() {}

    /** One of them. */
    static final class File {
        private final String name;
        private final byte[] bytes;

        File(String name, byte[] bytes) {
            this.name = name;
            this.bytes = bytes;
        }

        String name() {
            return name;
        }

        String type() {
            return TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), OTHER_TYPE);
        }

        /** Must not be changed. */
        byte[] bytes() {
            return bytes;
        }

        /** Says which bytes it has, in the form of an {@code ETag}. */
        String tag() {
            try {
                var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
                return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + '"';
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JVM has SHA-256", e);
            }
        }
    }

    /** All, by name. */
    static Map<String, File> read() {
        return NAMES.stream().collect(Collectors.toUnmodifiableMap(name -> name, ConsoleFiles::read));
    }

    private static File read(String name) {
        try (@Nullable InputStream in = ConsoleFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("the console's " + name + " is missing");
            }
            return new File(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
