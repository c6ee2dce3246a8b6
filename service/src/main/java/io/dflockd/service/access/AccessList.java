package io.dflockd.service.access;

import io.dflockd.protocol.ChannelPattern;
import java.util.ArrayList;
import java.util.List;

/**
 * What an identity may do: the union of its rules, in the form in which it is asked. Nothing is forbidden by a rule, so their
 * order means nothing. Names and patterns are strings of octets. Immutable.
 */
final class AccessList {
    static final AccessList NOTHING = new AccessList(List.of());
    /** Beside the bits of the rights: what happens under these keys is recorded. */
    static final int AUDITED = 1 << 31;

    private final PrefixTable keys;
    private final PrefixTable channels;
    /** Those with a {@code *}, which no beginning stands for. */
    private final List<Pattern> patterns;
    private final int ofServer;
    private final boolean audits;

    private record Pattern(String text, int bits) {}

    AccessList(List<Rule> rules) {
        var byKey = new PrefixTable.Builder();
        var byChannel = new PrefixTable.Builder();
        var others = new ArrayList<Pattern>();
        int bits = 0;
        boolean audited = false;
        for (var rule : rules) {
            rule.keys().forEach(key -> addKey(key, rule.keyBits(), byKey));
            rule.channels().forEach(channel -> addChannel(channel, rule.channelBits(), byChannel, others));
            bits |= rule.serverBits();
            audited |= rule.audited();
        }
        keys = byKey.build();
        channels = byChannel.build();
        patterns = List.copyOf(others);
        ofServer = bits;
        audits = audited;
    }

    private static void addKey(String pattern, int bits, PrefixTable.Builder table) {
        if (pattern.endsWith("*")) {
            table.addPrefix(pattern.substring(0, pattern.length() - 1), bits);
        } else {
            table.addLiteral(pattern, bits);
        }
    }

    private static void addChannel(String pattern, int bits, PrefixTable.Builder table, List<Pattern> others) {
        if (pattern.indexOf('*') >= 0) {
            others.add(new Pattern(pattern, bits));
        } else if (pattern.endsWith(">")) {
            // An empty token is one too, so it stands for whatever begins like this.
            table.addPrefix(pattern.substring(0, pattern.length() - 1), bits);
        } else {
            table.addLiteral(pattern, bits);
        }
    }

    boolean allows(Right right) {
        return (ofServer & right.bit()) != 0;
    }

    boolean allowsKey(Right right, String key) {
        return (keys.of(key) & right.bit()) != 0;
    }

    /** Whether any rule about keys or channels allows it. */
    boolean allowsSomewhere(Right right) {
        int bits = keys.ofAny() | channels.ofAny();
        return (bits & right.bit()) != 0 || patterns.stream().anyMatch(rule -> (rule.bits & right.bit()) != 0);
    }

    boolean allowsChannel(Right right, String channel) {
        if ((channels.of(channel) & right.bit()) != 0) {
            return true;
        }
        for (var pattern : patterns) {
            if ((pattern.bits & right.bit()) != 0 && ChannelPattern.matches(pattern.text, channel)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one rule covers all that the pattern, which may be a plain name, stands for. */
    boolean allowsSubscription(Right right, String pattern) {
        if (!ChannelPattern.hasWildcard(pattern)) {
            return (right.isOfKeys() && allowsKey(right, pattern)) || allowsChannel(right, pattern);
        }
        var beginning = pattern.substring(0, firstWildcard(pattern));
        int bits = channels.ofAllThatBeginWith(beginning)
                | (right.isOfKeys() ? keys.ofAllThatBeginWith(beginning) : 0);
        return (bits & right.bit()) != 0
                || patterns.stream()
                        .anyMatch(rule -> (rule.bits & right.bit()) != 0 && covers(rule.text, pattern));
    }

    /** Whether what happens to the key is recorded. */
    boolean audits(String key) {
        return audits && (keys.of(key) & AUDITED) != 0;
    }

    private static int firstWildcard(String pattern) {
        int at = 0;
        while (pattern.charAt(at) != '*' && pattern.charAt(at) != '>') {
            at++;
        }
        return at;
    }

    /** Whether all that the narrower pattern matches is matched by the wider one. */
    private static boolean covers(String wider, String narrower) {
        var wide = wider.split("\\.", -1);
        var narrow = narrower.split("\\.", -1);
        for (int i = 0; i < wide.length; i++) {
            if (i == narrow.length) {
                return false;
            }
            if (wide[i].equals(">")) {
                return true;
            }
            boolean covered = wide[i].equals("*") ? !narrow[i].equals(">") : wide[i].equals(narrow[i]);
            if (!covered) {
                return false;
            }
        }
        return wide.length == narrow.length;
    }
}
