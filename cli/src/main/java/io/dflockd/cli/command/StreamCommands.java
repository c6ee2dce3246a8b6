package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.call.TextTable;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.Flags;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.event.EventStream;
import io.dflockd.client.event.Gap;
import io.dflockd.client.event.LeaderEvent;
import io.dflockd.client.event.SignalEvent;
import io.dflockd.client.event.WatchEvent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** {@code listen}, {@code watch} and {@code observe}: print events as they come, until Ctrl-C or enough of them. */
public final class StreamCommands {
    private static final Flag GROUP = Flag.of("group", "G",
            "be a member of this group: each signal goes to one of them, in turn");
    private static final String PATTERN = """
            A pattern is tokens with dots between: * stands for any one token, > at the end for one or more. Put it in \
            quotes, or the shell takes it for itself.""";
    private static final String GAPS = """
            When the connection breaks, it is made anew, and a line says that events may be missing: on standard error, or as \
            {"gap":"reconnected"} with --json.""";

    private StreamCommands() {}

    public static List<Command> all() {
        return List.of(
                new Command("listen", "PATTERN", "print signals as they come", """
                        Prints each signal on a channel that the pattern matches: the channel, a TAB, the payload.
                        %s
                        %s""".formatted(PATTERN, GAPS), List.of(GROUP, Flags.COUNT), StreamCommands::listen),
                new Command("watch", "PATTERN", "print what is done to keys",
                        """
                                Prints what is done to each key that the pattern matches: what it is (acquire, release, kset, kdel, \
                                incr, lpush and so on), a TAB, the key.
                                %s
                                %s"""
                                .formatted(PATTERN, GAPS),
                        List.of(Flags.COUNT), StreamCommands::watch),
                new Command("observe", "KEY", "print what happens in an election",
                        """
                                Prints elected, resigned or failover, a TAB, the key, each time that the leadership changes; elected \
                                at once if somebody leads now.
                                %s"""
                                .formatted(GAPS),
                        List.of(Flags.COUNT), StreamCommands::observe));
    }

    private static int listen(Call call) throws InterruptedException {
        var pattern = call.operand(0);
        var group = Objects.requireNonNullElse(call.arguments().value(GROUP), "");
        return follow(call, call.settings().serversOf(pattern), (client, server) -> {
            var signals = client.signals(server);
            signals.listen(pattern, group);
            return signals.signals();
        }, event -> {
            if (event instanceof SignalEvent.Signal signal) {
                print(call, signal.channel(), signal.payload(),
                        Call.object("channel", signal.channel(), "payload", signal.payload()));
            }
        });
    }

    private static int watch(Call call) throws InterruptedException {
        var pattern = call.operand(0);
        return follow(call, call.settings().serversOf(pattern), (client, server) -> {
            var watches = client.watches(server);
            watches.watch(pattern);
            return watches.events();
        }, event -> {
            if (event instanceof WatchEvent.KeyChange change) {
                print(call, change.type(), change.key(), Call.object("event", change.type(), "key", change.key()));
            }
        });
    }

    private static int observe(Call call) throws InterruptedException {
        var key = call.operand(0);
        return follow(call, List.of(call.settings().serverOf(key)),
                (client, server) -> client.election(key).observe().events(), event -> {
                    if (event instanceof LeaderEvent.LeaderChange change) {
                        print(call, change.type(), change.key(),
                                Call.object("event", change.type(), "key", change.key()));
                    }
                });
    }

    /** Subscribes at one server. The end of the process ends the subscription. */
    @FunctionalInterface
    private interface Subscription<E> {
        EventStream<E> at(DflockdClient client, ServerAddress server) throws InterruptedException;
    }

    /** Prints one event that is no gap. */
    @FunctionalInterface
    private interface Printer<E> {
        void print(E event);
    }

    private static <E> int follow(Call call, List<ServerAddress> servers, Subscription<E> subscription,
            Printer<E> printer) throws InterruptedException {
        long count = call.arguments().number(Flags.COUNT, 1, Long.MAX_VALUE);
        var streams = new MergedStreams<E>();
        var client = call.settings().client(new Reconnecting(call, streams));
        for (var server : servers) {
            streams.add(subscription.at(client, server));
        }
        while (count > 0) {
            var event = streams.next();
            if (event instanceof Gap gap) {
                gap(call, gap);
            } else {
                printer.print(event);
                count--;
            }
        }
        return Exit.OK.status();
    }

    private static void print(Call call, String first, String second, Map<String, Object> object) {
        call.out().line(TextTable.printable(first) + "\t" + TextTable.printable(second), object);
    }

    private static void gap(Call call, Gap gap) {
        call.out()
                .json(Call.object("gap", gap.cause().name().toLowerCase(Locale.ROOT), "dropped", gap.dropped()));
        if (!call.out().isJson()) {
            call.warn(gap.cause() == Gap.Cause.RECONNECTED
                    ? "the connection was made anew; events may be missing here"
                    : gap.dropped() + " events are missing here: they came faster than they were printed");
        }
    }
}
