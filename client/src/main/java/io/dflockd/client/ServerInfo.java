package io.dflockd.client;

import java.util.Map;
import java.util.Set;

/**
 * What a server says of itself.
 *
 * @param name its name and version, as {@code dflockd/1.0}; empty for a server that cannot be asked
 * @param extensions what it understands beyond the commands of every server
 * @param settings what it tells of its settings, such as {@code max_answer}
 */
public record ServerInfo(String name, Set<String> extensions, Map<String, String> settings) {
    public ServerInfo {
        extensions = Set.copyOf(extensions);
        settings = Map.copyOf(settings);
    }
}
