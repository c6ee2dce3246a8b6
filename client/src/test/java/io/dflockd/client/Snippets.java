package io.dflockd.client;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.event.SignalEvent;
import java.time.Duration;
import java.util.List;

/** The examples of the documentation, so that they compile. */
final class Snippets {
    private Snippets() {}

    static void lock(Store store, String report) throws InterruptedException {
        try (var client = DflockdClient.connect("127.0.0.1:6388");
                var lease = client.lock("reports/nightly").acquire(Duration.ofSeconds(5))) {
            store.write(report, lease.fence()); // the store refuses a fence lower than one it has seen
        }
    }

    static void lockAlone(Store store, String report) throws InterruptedException {
        var lock = Lock.builder("jobs/nightly").server("127.0.0.1:6388").leaseTtl(Duration.ofMinutes(1)).build();
        try (var lease = lock.acquire()) {
            lease.onLost(reason -> store.abort());
            store.write(report, lease.fence());
        }
    }

    static boolean twoPhases(DflockdClient client, Store store) throws InterruptedException {
        try (var ticket = client.lock("jobs/nightly").enqueue()) {
            store.prepare(); // while the place moves up
            var lease = ticket.tryAwait(Duration.ofSeconds(30));
            lease.ifPresent(held -> store.write("done", held.fence()));
            return lease.isPresent();
        }
    }

    static List<String> readTogether(DflockdClient client, Store store) throws Exception {
        return client.rwLock("shared-data").read().call(Duration.ofSeconds(5), lease -> store.readAll());
    }

    static void signals(DflockdClient client, Store store) throws InterruptedException {
        try (var signals = client.signals()) {
            signals.listen("tasks.>", "workers"); // each signal goes to one member of the group
            for (var event : signals.signals()) {
                if (event instanceof SignalEvent.Signal signal) {
                    store.write(signal.channel() + signal.payload(), 0);
                }
            }
        }
    }

    static void lead(DflockdClient client, Store store, Runnable untilTheEnd) {
        try (var candidacy = client.election("scheduler").run(leadership -> store.write("led", leadership.fence()))) {
            untilTheEnd.run();
            store.write("still leading: " + candidacy.isLeader(), 0);
        }
    }

    static void single(String address) throws InterruptedException {
        try (var connection = Connection.dial(address)) {
            var grant = connection.locks().acquire("jobs", Duration.ofSeconds(10), Duration.ofMinutes(1));
            connection.locks().release("jobs", grant.token());
        }
    }

    /** Something worth guarding. */
    interface Store {
        void write(String content, long fence);

        void prepare();

        void abort();

        List<String> readAll();
    }
}
