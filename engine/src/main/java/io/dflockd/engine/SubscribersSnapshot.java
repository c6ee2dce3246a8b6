package io.dflockd.engine;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who is reached by what: listeners with the turns of their groups, watchers and observers. That the sessions subscribed
 * to it is in {@link SessionsSnapshot}.
 */
final class SubscribersSnapshot {
    private SubscribersSnapshot() {}

    static void write(Engine engine, SnapshotOutput out) throws IOException {
        writeIndex(engine.topics.channels(), channel -> writeChannel(channel, out), out);
        writeIndex(engine.watches.watchers(), watchers -> writeSubscribers(watchers, out), out);
        out.all(engine.elections.observers().entrySet(), entry -> {
            out.text(entry.getKey());
            writeSubscribers(entry.getValue(), out);
        });
    }

    static void read(Engine engine, SnapshotInput in) throws IOException {
        in.all(() -> readChannel(engine.topics.channels().open(in.text()), in));
        in.all(() -> readSubscribers(engine.watches.watchers().open(in.text()), in));
        in.all(() -> readSubscribers(engine.elections.open(in.text()), in));
    }

    private static <T extends Slots.Member> void writeIndex(PatternIndex<T> index, SnapshotOutput.Writer<T> writer,
            SnapshotOutput out)
            throws IOException {
        Map<String, T> contents = new LinkedHashMap<>();
        index.forEach(contents::put);
        out.all(contents.entrySet(), entry -> {
            out.text(entry.getKey());
            writer.write(entry.getValue());
        });
    }

    private static void writeChannel(Channel channel, SnapshotOutput out) throws IOException {
        writeSubscribers(channel.listeners, out);
        out.all(channel.groups().entrySet(), group -> {
            out.text(group.getKey());
            out.all(group.getValue().members.all(), out::session);
            out.all(group.getValue().away.all(), out::session);
        });
    }

    private static void readChannel(Channel channel, SnapshotInput in) throws IOException {
        readSubscribers(channel.listeners, in);
        in.all(() -> {
            var group = channel.group(in.text());
            in.all(() -> group.members.add(in.session()));
            in.all(() -> group.away.add(in.session()));
        });
    }

    private static void writeSubscribers(Subscribers subscribers, SnapshotOutput out) throws IOException {
        out.all(subscribers.ticketsBySession().entrySet(), subscriber -> {
            out.session(subscriber.getKey());
            out.number(subscriber.getValue());
        });
    }

    private static void readSubscribers(Subscribers subscribers, SnapshotInput in) throws IOException {
        in.all(() -> subscribers.add(in.session(), in.number()));
    }
}
