package io.dflockd.service.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestDecoder;
import io.dflockd.protocol.Verb;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each command of the protocol, by each right alone. */
class PermissionsTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    /** The rights of which one suffices, then the commands with an argument that is well-formed. */
    private static final String TABLE = """
            hold: l 10|sl 10 2|rl 10|wl 10|elect 10|e 30|se 2 30|re 30|we 30|w 10|sw 10|rw 10|ww 10|bwait 2 10
            hold: r TOKEN|sr TOKEN|rr TOKEN|wr TOKEN|resign TOKEN|n TOKEN|sn TOKEN|rn TOKEN|wn TOKEN
            hold: keep TOKEN 30|downgrade TOKEN
            hold observe: holders
            release: revoke 5
            read: get|kget|llen|lrange 0 1
            write: incr 1|decr 1|cset 1|kset v|kcas v|kdel|lpush v|rpush v|lpop|rpop|blpop 1|brpop 1
            watch: watch|observe
            listen: listen
            send: signal v
            stats: stats
            none: unlisten|unwatch|unobserve|hello app|ping|auth t|session 60|ack 1|bye|cancel x|cluster
            """.replace("TOKEN", TOKEN);

    private static List<Request> requests(String commands, String key) {
        var requests = new ArrayList<Request>();
        for (var command : commands.split("\\|", -1)) {
            int blank = command.indexOf(' ');
            var word = blank < 0 ? command : command.substring(0, blank);
            var argument = blank < 0 ? "" : command.substring(blank + 1);
            argument = word.equals("kcas") ? "old\tnew\t" : argument;
            var name = word.equals("session") ? "name-0123456789abcdef" : key;
            var lines = (word + "\n" + name + "\n" + argument + "\n").getBytes(StandardCharsets.ISO_8859_1);
            new RequestDecoder(1000).decode(lines, 0, lines.length, (tag, request) -> requests.add(request));
        }
        assertThat(requests).noneMatch(request -> request instanceof Request.Malformed);
        return requests;
    }

    private static Principal with(Right right) {
        var principal = Principal.named("somebody");
        principal.allow(List.of(new Rule(
                Set.of(right),
                right.isOfKeys() ? List.of("orders/*") : List.of(),
                right.isOfChannels() ? List.of("orders/1") : List.of(),
                false)));
        return principal;
    }

    @Test
    void eachCommandTakesTheRightThatTheTableSaysAndNoOther() {
        var seen = new ArrayList<Verb>();
        TABLE.lines().forEach(line -> {
            int colon = line.indexOf(':');
            var rights = Arrays.asList(line.substring(0, colon).split(" ", -1));
            var commands = line.substring(colon + 2);
            for (var request : requests(commands, "orders/1")) {
                seen.add(request.verb());
                for (var right : Right.values()) {
                    assertThat(Permissions.permit(with(right), request))
                            .as("%s by %s", request.verb().word(), right.word())
                            .isEqualTo(rights.contains("none") || rights.contains(right.word()));
                }
                assertThat(Permissions.permit(Principal.ADMIN, request)).isTrue();
                assertThat(Permissions.permit(Principal.TOKEN, request)).isEqualTo(!rights.contains("release"));
            }
            for (var request : requests(commands, "jobs/1")) {
                for (var right : Right.values()) {
                    assertThat(Permissions.permit(with(right), request))
                            .as("%s of another key by %s", request.verb().word(), right.word())
                            .isEqualTo(rights.contains("none") || (right == Right.STATS && rights.contains("stats")));
                }
            }
        });
        assertThat(seen).as("every command has a row").containsExactlyInAnyOrder(Verb.values());
    }
}
