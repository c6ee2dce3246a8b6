package io.dflockd.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Writes and reads the state of an engine, one class a feature. The order of everything is part of it, because it decides
 * what comes next. Objects that are shared refer to each other by number: sessions by their place in the snapshot, holds
 * by fence, those who wait by ticket.
 */
final class Snapshot {
    /** "dfls", so that another file is not taken for a snapshot. */
    private static final int MAGIC = 0x64666c73;
    private static final int VERSION = 4;

    private Snapshot() {}

    static void write(Engine engine, DataOutput data) throws IOException {
        data.writeInt(MAGIC);
        data.writeInt(VERSION);
        var out = new SnapshotOutput(data);
        RulesSnapshot.write(engine, out);
        out.number(engine.nowMs);
        out.number(engine.nextGcMs);
        out.number(engine.tickets.last());
        writeTerms(engine.sessions.terms, out);
        OwnersSnapshot.write(engine.owners, out);
        SessionsSnapshot.writeThemselves(engine.sessions, out);
        LocksSnapshot.write(engine.locks, out);
        CountersSnapshot.write(engine.counters, out);
        ValuesSnapshot.write(engine.values, out);
        ListsSnapshot.write(engine.lists, out);
        BarriersSnapshot.write(engine, out);
        SubscribersSnapshot.write(engine, out);
        SessionsSnapshot.writeWhatTheyHave(engine.sessions, out);
        ChoresSnapshot.write(engine.chores, out);
    }

    /** An engine whose steps do so much at most. */
    static Engine read(DataInput data, int slice) throws IOException {
        if (data.readInt() != MAGIC) {
            throw new IOException("not a snapshot of dflockd");
        }
        int version = data.readInt();
        if (version != VERSION) {
            throw new IOException("snapshot has version " + version + ", this program reads version " + VERSION);
        }
        var in = new SnapshotInput(data);
        var engine = RulesSnapshot.read(in, slice);
        engine.nowMs = in.number();
        engine.nextGcMs = in.number();
        engine.tickets.continueAfter(in.number());
        readTerms(engine.sessions.terms, in);
        OwnersSnapshot.read(engine.owners, in);
        SessionsSnapshot.readThemselves(engine, in);
        LocksSnapshot.read(engine, in);
        engine.population.recount(engine.locks.resources.all());
        CountersSnapshot.read(engine.counters, in);
        ValuesSnapshot.read(engine, in);
        ListsSnapshot.read(engine, in);
        BarriersSnapshot.read(engine, in);
        SubscribersSnapshot.read(engine, in);
        SessionsSnapshot.readWhatTheyHave(engine, in);
        ChoresSnapshot.read(engine, in);
        return engine;
    }

    private static void writeTerms(Terms terms, SnapshotOutput out) throws IOException {
        out.all(terms.beginnings().entrySet(), beginning -> {
            out.number(beginning.getKey());
            out.number(beginning.getValue());
        });
        out.number(terms.latest());
    }

    private static void readTerms(Terms terms, SnapshotInput in) throws IOException {
        in.all(() -> terms.begin(in.number(), in.number()));
        terms.restoreLatest(in.number());
    }
}
