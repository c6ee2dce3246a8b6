package io.dflockd.service.admin;

import java.util.List;
import java.util.function.Predicate;

/**
 * Which values, counters, lists, barriers or channels somebody wants to see.
 *
 * @param kind one of {@link #KINDS}
 * @param visible which keys whoever asks may see at all; asked with the engine held
 * @param prefix octets that their keys begin with
 * @param after only keys behind this one; empty for all
 */
public record DataQuery(String kind, Predicate<String> visible, String prefix, String after, int limit) {
    public static final List<String> KINDS = List.of("values", "counters", "lists", "barriers", "channels");
}
