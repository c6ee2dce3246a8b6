package io.dflockd.client;

/** Decides which of several servers a key belongs to. All clients of the same servers must decide alike. */
@FunctionalInterface
public interface ShardFunction {
    /** The position of the server, from 0 to {@code servers - 1}; anything else fails the call that asked. */
    int shard(String key, int servers);
}
