package io.dflockd.replication;

/**
 * What a snapshot is of.
 *
 * @param rules the rules that decide in it
 * @param term the term of the last entry that is in it
 * @param index the index of that entry
 * @param number the number in its term of the last batch that is in it; -1 where its term had none yet
 */
record SnapshotHead(int rules, long term, long index, long number) {}
