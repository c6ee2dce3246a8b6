package io.dflockd.client.internal;

import io.dflockd.client.ServerInfo;
import io.dflockd.protocol.Limits;
import io.dflockd.protocol.Reply;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a server says of itself when it is greeted: {@code dflockd/1.2 ping,tags,sessions window=131072,max_grace=600}.
 * A server that knows no greeting has nothing.
 */
public record ServerHello(String name, Set<String> extensions, Map<String, String> settings) {
    private static final int SMALLEST_WINDOW = 2;
    /** More than any server lets values have. */
    private static final int MOST_VALUE_BYTES = 64 * 1024 * 1024;
    private static final int BESIDE_A_VALUE_BYTES = 64;
    private static final Set<String> FOR_SESSIONS = Set.of("tags", "sessions", "cancel");

    public ServerHello {
        extensions = Set.copyOf(extensions);
        settings = Map.copyOf(settings);
    }

    public static ServerHello of(Reply reply) {
        if (!(reply instanceof Reply.Text text)) {
            return new ServerHello("", Set.of(), Map.of());
        }
        var fields = text.text().split(" ", -1);
        var extensions = fields.length > 1 ? new HashSet<>(Arrays.asList(fields[1].split(",", -1))) : Set.<String>of();
        return new ServerHello(fields[0], extensions, fields.length > 2 ? settingsOf(fields[2]) : Map.of());
    }

    /** The same as users see it. */
    public ServerInfo info() {
        return new ServerInfo(name, extensions, settings);
    }

    /** Whether one connection can carry all of a client. */
    public boolean knowsSessions() {
        return extensions.containsAll(FOR_SESSIONS);
    }

    /** Whether it has announced the extension of that name. */
    public boolean has(String extension) {
        return extensions.contains(extension);
    }

    /** Whether holds stay when their connection or session ends, until their leases do. Who does not say so releases them. */
    public boolean keepsHolds() {
        return "off".equals(settings.get("auto_release"));
    }

    /** How far the number of a request may be above the answers that were received. */
    public int window() {
        int window = number("window", Limits.WINDOW);
        return window < SMALLEST_WINDOW ? Limits.WINDOW : Math.min(window, Limits.WINDOW);
    }

    /** How many bytes an answer has at most that gives a value; 0 where the server does not say. */
    public int longestAnswerWithAValue() {
        int value = number("max_arg", 0);
        return value <= 0 ? 0 : Math.min(value, MOST_VALUE_BYTES) + BESIDE_A_VALUE_BYTES;
    }

    private int number(String setting, int otherwise) {
        try {
            return Integer.parseInt(settings.getOrDefault(setting, ""));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** How long its longest answer may be; 0 where it does not say. */
    public long maxAnswerBytes() {
        try {
            return Math.max(0, Long.parseLong(settings.getOrDefault("max_answer", "0")));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Map<String, String> settingsOf(String field) {
        var settings = new HashMap<String, String>();
        for (var setting : field.split(",", -1)) {
            int sign = setting.indexOf('=');
            if (sign > 0) {
                settings.put(setting.substring(0, sign), setting.substring(sign + 1));
            }
        }
        return settings;
    }
}
