package io.dflockd.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a cluster and who leads it, as the answer to {@code cluster} says it; writer beside reader.
 *
 * @param leader the name of the member that leads; empty where none is known to
 * @param addresses where clients find each member, by its name and in the order of the cluster
 */
public record Members(long term, String leader, Map<String, String> addresses) {
    private static final String TERM = "term";
    private static final String LEADER = "leader";

    public Members {
        addresses = Collections.unmodifiableMap(new LinkedHashMap<>(addresses));
    }

    /**
     * Whether a member can be called that: {@value Limits#MAX_NODE_NAME_LENGTH} letters, digits, underscores and hyphens at
     * most, and none of the words that stand before the members.
     */
    public static boolean isName(String name) {
        if (name.isEmpty() || name.length() > Limits.MAX_NODE_NAME_LENGTH || name.equals(TERM) || name.equals(LEADER)) {
            return false;
        }
        return name.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
                        || c == '-');
    }

    /** The answer behind {@code ok}. */
    public String text() {
        var text = new StringBuilder(TERM + "=").append(term).append(' ').append(LEADER).append('=').append(leader);
        addresses.forEach((name, address) -> text.append(' ').append(name).append('=').append(address));
        return text.toString();
    }

    /** Reads what stands behind {@code ok}; null where it is no such thing. */
    public static @Nullable Members parse(String text) {
        var fields = new LinkedHashMap<String, String>();
        for (var field : text.split(" ", -1)) {
            int equals = field.indexOf('=');
            if (equals < 0 || fields.put(field.substring(0, equals), field.substring(equals + 1)) != null) {
                return null;
            }
        }
        @Nullable String term = fields.remove(TERM);
        @Nullable String leader = fields.remove(LEADER);
        if (term == null || leader == null) {
            return null;
        }
        try {
            return new Members(Long.parseLong(term), leader, fields);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
