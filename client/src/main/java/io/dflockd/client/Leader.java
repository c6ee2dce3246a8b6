package io.dflockd.client;

import io.dflockd.client.error.ProtocolException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.JsonStrings;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.session.Dialer;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * Who leads, as the server shows it.
 *
 * @param client the name of its client, see {@link DflockdClient.Builder#name}; empty where it has none
 * @param address where it is connected from; empty where it is not, at the moment
 * @param fence of its leadership
 */
public record Leader(String client, String address, long fence) {
    private static final String STRING = "(\"(?:[^\"\\\\]|\\\\.)*+\")";
    private static final Pattern HOLDER = Pattern
            .compile("\"holders\":\\[(?:\\{\"client\":" + STRING + ",\"peer\":" + STRING
                    + "[^}]*?\"fence\":(\\d{1,18}))?");

    static CompletableFuture<Optional<Leader>> ask(Dialer dialer, String key) {
        var request = new Request.Holders(Checks.key(key), 1);
        return dialer.open().thenCompose(link -> {
            var answer = link.send(request, 0);
            Futures.whenDone(answer, (reply, failure) -> link.close());
            return answer.thenApply(reply -> {
                if (reply instanceof Reply.Text text) {
                    return parse(Octets.toText(text.text()), dialer.address());
                }
                throw Refusals.of(request, reply, dialer.address());
            });
        });
    }

    static Optional<Leader> parse(String json, ServerAddress server) {
        var found = HOLDER.matcher(json);
        if (!found.find()) {
            throw new ProtocolException(server + ": the answer says nothing of holders");
        }
        if (found.group(1) == null) {
            return Optional.empty();
        }
        var names = JsonStrings.parse("[" + found.group(1) + "," + found.group(2) + "]");
        if (names == null) {
            throw new ProtocolException(server + ": the answer names its holder in no known way");
        }
        return Optional.of(new Leader(names.get(0), names.get(1), Long.parseLong(found.group(3))));
    }
}
