package io.dflockd.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may do what, as docs/security.md says it, found by trying one rule after another and all short names: slow, and small enough
 * to be seen to be right.
 */
final class RightsModel {
    /** By the commands, any of which suffices. Commands that take no right have none. */
    private static final Map<String, Set<String>> RIGHTS = rights("""
            hold: l sl rl wl elect e se re we w sw rw ww bwait r sr rr wr resign n sn rn wn keep downgrade
            hold observe: holders
            release: revoke
            read: get kget llen lrange
            write: incr decr cset kset kcas kdel lpush rpush lpop rpop blpop brpop
            watch: watch observe
            listen: listen
            send: signal
            stats: stats
            """);
    private static final Set<String> OF_KEYS = Set.of("hold", "read", "write", "watch", "observe", "release");
    private static final Set<String> OF_CHANNELS = Set.of("watch", "listen", "send");
    /** One token that no rule names stands for all those. */
    private static final List<String> TOKENS = List.of("a", "b", "ab", "", "x");
    private static final List<String> NAMES = names();

    private final Set<String> powers;
    private final List<Rule> rules;

    record Rule(Set<String> allow, List<String> keys, List<String> channels) {
        private Stream<Pattern> of(String right) {
            return Stream.concat(
                    OF_KEYS.contains(right) ? keys.stream().map(RightsModel::keys) : Stream.empty(),
                    OF_CHANNELS.contains(right) ? channels.stream().map(RightsModel::channels) : Stream.empty());
        }
    }

    /** @param powers rights that count for whatever key */
    RightsModel(Set<String> powers, List<Rule> rules) {
        this.powers = powers;
        this.rules = rules;
    }

    /** Those of the protocol that take no right are not among them. */
    static Set<String> commands() {
        return RIGHTS.keySet();
    }

    /** Whether the command of the line protocol is allowed. */
    boolean mayAsk(String command, String key) {
        var rights = RIGHTS.get(command);
        if (rights == null) {
            return true;
        }
        boolean isPattern = command.equals("watch") || command.equals("listen");
        return rights.stream().anyMatch(right -> isPattern ? mayHearAll(right, key) : may(right, key));
    }

    /** Whether the right counts for that key or channel, whatever characters it has. */
    boolean may(String right, String name) {
        return powers.contains(right) || rules.stream()
                .filter(rule -> rule.allow.contains(right))
                .anyMatch(rule -> right.equals("stats") || rule.of(right).anyMatch(all -> all.matcher(name).matches()));
    }

    /** Whether one item of one rule covers every name that the pattern stands for. */
    private boolean mayHearAll(String right, String pattern) {
        if (pattern.indexOf('*') < 0 && pattern.indexOf('>') < 0) {
            return may(right, pattern);
        }
        var heard = channels(pattern);
        return powers.contains(right) || rules.stream()
                .filter(rule -> rule.allow.contains(right))
                .flatMap(rule -> rule.of(right))
                .anyMatch(all -> NAMES.stream()
                        .filter(name -> heard.matcher(name).matches())
                        .allMatch(name -> all.matcher(name).matches()));
    }

    private static Pattern keys(String pattern) {
        return pattern.endsWith("*")
                ? Pattern.compile(Pattern.quote(pattern.substring(0, pattern.length() - 1)) + ".*")
                : Pattern.compile(Pattern.quote(pattern));
    }

    private static Pattern channels(String pattern) {
        return Pattern.compile(Stream.of(pattern.split("\\.", -1))
                .map(token -> token.equals("*") ? "[^.]*" : token.equals(">") ? ".*" : Pattern.quote(token))
                .collect(Collectors.joining("\\.")));
    }

    private static List<String> names() {
        var names = new ArrayList<String>(TOKENS);
        for (int from = 0, depth = 1; depth < 3; depth++) {
            int to = names.size();
            for (; from < to; from++) {
                var name = names.get(from);
                TOKENS.forEach(token -> names.add(name + "." + token));
            }
        }
        return names;
    }

    private static Map<String, Set<String>> rights(String table) {
        return table.lines()
                .flatMap(line -> Stream.of(line.substring(line.indexOf(':') + 2).split(" ", -1))
                        .map(command -> Map.entry(command,
                                Set.of(line.substring(0, line.indexOf(':')).split(" ", -1)))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
