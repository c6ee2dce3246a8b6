package io.dflockd.liquibase;

import static java.util.stream.Collectors.joining;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.DeniedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ServerErrorException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** Who holds a lock, as the server tells it over a connection that is made for the question. */
final class Holders {
    /** A holder, as it stands in the answer; those that wait have other fields. */
    private static final Pattern HOLDER = Pattern.compile("\\{\"client\":\"(?<client>(?:[^\"\\\\]|\\\\.)*)\","
            + "\"peer\":\"(?<peer>(?:[^\"\\\\]|\\\\.)*)\",\"mode\":\"[a-z]+\",\"held_s\":(?<held>[0-9.]+),"
            + "\"lease_left_s\":[0-9.]+,\"fence\":(?<fence>[0-9]+)");
    private static final long MS_PER_SECOND = 1_000;

    private Holders() {}

    record Holder(String client, String peer, Instant since, long fence) {
        @Override
        public String toString() {
            return (client.isEmpty() ? "a client without a name" : client) + " (" + peer + "), fence " + fence;
        }
    }

    /** @throws DflockdException when the server does not tell */
    static List<Holder> of(String key) throws InterruptedException {
        try (var connection = connect()) {
            return of(connection, key);
        }
    }

    /**
     * Takes the lock away from whoever has it.
     *
     * @throws DeniedException when the server does not let this client do so
     */
    static void revoke(String key) throws InterruptedException {
        try (var connection = connect()) {
            for (var holder : of(connection, key)) {
                try {
                    connection.holds().revoke(key, holder.fence());
                } catch (DeniedException e) {
                    throw e;
                } catch (ServerErrorException e) {
                    // it has ended meanwhile
                }
            }
        }
    }

    /** For a message: by whom it is held, as far as that can be told. */
    static String described(String key) throws InterruptedException {
        try {
            var holders = of(key);
            return holders.isEmpty()
                    ? ""
                    : ", held by " + holders.stream().map(Holder::toString).collect(joining(", "));
        } catch (DflockdException e) {
            return "";
        }
    }

    private static Connection connect() throws InterruptedException {
        var connection = Connection.dial(DflockdSettings.server(), DflockdSettings.connection());
        try {
            var unused = connection.hello(DflockdSettings.clientName());
            return connection;
        } catch (InterruptedException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static List<Holder> of(Connection connection, String key) throws InterruptedException {
        return parse(connection.holds().holders(key), Instant.now());
    }

    static List<Holder> parse(String answer, Instant now) {
        return HOLDER.matcher(answer)
                .results()
                .map(found -> {
                    var held = Duration.ofMillis(Math.round(Double.parseDouble(found.group(3)) * MS_PER_SECOND));
                    return new Holder(found.group(1), found.group(2), now.minus(held), Long.parseLong(found.group(4)));
                })
                .toList();
    }
}
