package io.dflockd.service.access;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What became of the identities, by their names.
 *
 * @param changed those who have other rules, tokens or certificates than before
 */
public record AccessChanges(List<String> added, List<String> removed, List<String> changed) {
    static final AccessChanges NONE = new AccessChanges(List.of(), List.of(), List.of());

    public AccessChanges {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        changed = List.copyOf(changed);
    }

    static AccessChanges between(Map<String, AccessFile.Identity> former, Map<String, AccessFile.Identity> next) {
        return new AccessChanges(
                next.keySet().stream().filter(name -> !former.containsKey(name)).sorted().toList(),
                former.keySet().stream().filter(name -> !next.containsKey(name)).sorted().toList(),
                next.keySet()
                        .stream()
                        .filter(name -> former.containsKey(name) && !Objects.equals(next.get(name), former.get(name)))
                        .sorted()
                        .toList());
    }

    /** Whether all is as it was. */
    public boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }
}
