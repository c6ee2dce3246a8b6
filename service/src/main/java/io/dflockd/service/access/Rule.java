package io.dflockd.service.access;

import io.dflockd.protocol.ChannelPattern;
import java.util.List;
import java.util.Set;

/**
 * Allows some rights under some keys and channels.
 *
 * @param keys as octets, each literal or with one {@code *} at its end
 * @param channels as octets, patterns of the protocol
 * @param audited whether what is granted and released under the keys is recorded
 */
record Rule(Set<Right> rights, List<String> keys, List<String> channels, boolean audited) {
    Rule {
        rights = Set.copyOf(rights);
        keys = List.copyOf(keys);
        channels = List.copyOf(channels);
    }

    static boolean isKeyPattern(String pattern) {
        int star = pattern.indexOf('*');
        return !pattern.isEmpty() && (star < 0 || star == pattern.length() - 1);
    }

    static boolean isChannelPattern(String pattern) {
        return !pattern.isEmpty() && ChannelPattern.isValid(pattern);
    }

    /** The bits of those rights that are about keys. */
    int keyBits() {
        return rights.stream().filter(Right::isOfKeys).mapToInt(Right::bit).sum()
                | (audited ? AccessList.AUDITED : 0);
    }

    int channelBits() {
        return rights.stream().filter(Right::isOfChannels).mapToInt(Right::bit).sum();
    }

    int serverBits() {
        return rights.stream().filter(Right::isOfServer).mapToInt(Right::bit).sum();
    }
}
