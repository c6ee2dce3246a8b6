package io.dflockd.service.admin;

/**
 * A session that owns something, has a name of its own or was introduced.
 *
 * @param client what its client calls itself, octets
 * @param outlives whether it outlives its connection
 * @param connection who speaks for it; 0 where nobody does
 * @param peer where that is connected from
 * @param principal the identity that it has shown to be; empty where none is known
 * @param graceLeftMs how long it stays; 0 unless it is away
 */
public record SessionRow(
        long session,
        String client,
        boolean outlives,
        long connection,
        String peer,
        String principal,
        long graceLeftMs,
        int holds,
        int waiters,
        int poppers,
        int participants,
        int subscriptions) {}
