package io.dflockd.protocol;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node that is to become a member of a cluster, as {@code cluster} with {@code add} names it.
 *
 * @param address where its clients find it, {@code host:port}
 * @param peerAddress where the other members find it, {@code host:port}
 */
public record NewMember(String name, String address, String peerAddress) {
    private static final int MAX_PORT = 65_535;
    private static final Pattern FORM = Pattern.compile(
            "(?<name>[^=]+)=(?<host>\\[[0-9a-fA-F:.]+]|[^:\\[\\]\\s]+):(?<client>\\d{1,5}):(?<peer>\\d{1,5})");

    /** Reads {@code NAME=HOST:CLIENTPORT:PEERPORT}, an IPv6 address in brackets; null where it is no such thing. */
    public static @Nullable NewMember parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches() || !Members.isName(match.group("name"))) {
            return null;
        }
        int client = Integer.parseInt(match.group("client"));
        int peer = Integer.parseInt(match.group("peer"));
        if (client < 1 || client > MAX_PORT || peer < 1 || peer >= MAX_PORT) {
            return null; // the port after that of peers is used too
        }
        var host = match.group("host");
        return new NewMember(match.group("name"), host + ':' + client, host + ':' + peer);
    }
}
