package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.event.EventStream;
import io.dflockd.client.event.Gap;
import io.dflockd.client.event.SignalEvent.Signal;
import io.dflockd.client.event.WatchEvent.KeyChange;
import io.dflockd.testkit.FaultyNetwork;
import io.dflockd.testkit.FaultyNetwork.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events and pops over a connection that is cut all the time. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventCutsIT {
    private static final int CUTS = 200;
    private static final int VALUES = 3_000;

    private final ServerProcess server = ServerProcess.start();
    private final FaultyNetwork network = new FaultyNetwork(server.socketAddress());
    private final SplittableRandom random = new SplittableRandom(20_261_124);
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private DflockdClient client;
    private DflockdClient other;

    @BeforeEach
    void connect() throws InterruptedException {
        client = DflockdClient.builder()
                .server("127.0.0.1:" + network.address().getPort())
                .responseTimeout(Duration.ofSeconds(5))
                .sessionGrace(Duration.ofSeconds(60))
                .build();
        other = DflockdClient.connect(server.address());
        client.counters().increment("warm/up", 1); // only a session that has begun is taken up again
    }

    @AfterEach
    void close() {
        pool.shutdownNow();
        client.close();
        other.close();
        network.close();
        server.close();
    }

    @Test
    void eachStreamSeesEventsInOrderOnceAndIsToldOfEveryHole() throws Exception {
        var last = new AtomicLong();
        var target = new AtomicLong(Long.MAX_VALUE);
        var one = client.signals();
        one.listen("cut.*");
        var two = client.signals();
        two.listen("cut.>");
        two.listen("cut.a");
        var watches = client.watches();
        watches.watch("cut.>");
        var readers = List.of(
                reader("one", one.signals(), EventCutsIT::number, target),
                reader("two", two.signals(), EventCutsIT::number, target),
                reader("watches", watches.events(), EventCutsIT::number, target));
        var source = CompletableFuture.runAsync(() -> emit(last, readers), pool);

        cut();
        target.set(last.get() + 1_000);

        for (var reader : readers) {
            assertThat(reader.get(60, TimeUnit.SECONDS)).as("gaps").isGreaterThan(CUTS / 10);
        }
        source.get(60, TimeUnit.SECONDS);
        assertThat(violations).isEmpty();
    }

    private void emit(AtomicLong last, List<CompletableFuture<Integer>> readers) {
        try (var signals = other.signals()) {
            while (!readers.stream().allMatch(CompletableFuture::isDone)) {
                long number = last.incrementAndGet();
                signals.emit("cut.a", Long.toString(number));
                other.values().set("cut." + number, "x", Duration.ofSeconds(1_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <E> CompletableFuture<Integer> reader(String name, EventStream<E> stream, ToLongFunction<Object> number,
            AtomicLong target) {
        return CompletableFuture.supplyAsync(() -> {
            long last = 0;
            int gaps = 0;
            boolean told = true;
            for (var event : stream) {
                if (event instanceof Gap) {
                    gaps++;
                    told = true;
                    continue;
                }
                long next = number.applyAsLong(event);
                if (next <= last || (next > last + 1 && !told)) {
                    violations.add(name + ": " + next + " after " + last + (told ? " and a gap" : ""));
                }
                told = false;
                last = next;
                if (last >= target.get() || !violations.isEmpty()) {
                    return gaps;
                }
            }
            violations.add(name + " ended");
            return gaps;
        }, pool);
    }

    private static long number(Object event) {
        return event instanceof Signal signal
                ? Long.parseLong(signal.payload())
                : Long.parseLong(((KeyChange) event).key().substring("cut.".length()));
    }

    /** Cuts the connection again and again, now and then in a way that only silence shows. */
    private void cut() {
        var kinds = new Fault[]{Fault.RESET, Fault.END};
        while (network.faults() < CUTS && violations.isEmpty() && !Thread.currentThread().isInterrupted()) {
            long done = network.faults();
            network.failAfter(this::someBytes, done == CUTS / 2 ? Fault.STALL : kinds[(int) (done % 2)]);
            network.fail(kinds[(int) (done % 2)]);
            pause();
        }
        network.behave();
        network.fail(Fault.RESET);
    }

    private long someBytes() {
        synchronized (random) {
            return random.nextInt(200, 20_000);
        }
    }

    /** Lets the connection live for a while: faults come at any moment, not only at one of the protocol. */
    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void eachValueIsPoppedOnceAlsoByThoseWhoGiveUp() throws Exception {
        var popped = ConcurrentHashMap.<String>newKeySet();
        var stop = new AtomicInteger();
        var consumers = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            consumers.add(CompletableFuture.runAsync(() -> consume(number, popped, stop), pool));
        }
        var producer = CompletableFuture.runAsync(this::produce, pool);
        cut();
        producer.get(60, TimeUnit.SECONDS);
        stop.set(1);
        for (var consumer : consumers) {
            consumer.get(60, TimeUnit.SECONDS);
        }

        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (popped.size() < VALUES && System.nanoTime() < end) {
            other.lists().popLeft("values", Duration.ofSeconds(1)).ifPresent(value -> take(value, popped));
        }
        assertThat(violations).isEmpty();
        assertThat(IntStream.range(0, VALUES).mapToObj(Integer::toString).filter(value -> !popped.contains(value)))
                .as("lost values")
                .isEmpty();
    }

    private void produce() {
        try {
            for (int i = 0; i < VALUES; i++) {
                other.lists().pushRight("values", Integer.toString(i));
                if (i % 10 == 0) {
                    pause();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void consume(int number, Set<String> popped, AtomicInteger stop) {
        var choices = new SplittableRandom(number);
        while (stop.get() == 0 && violations.isEmpty()) {
            var popping = client.lists().popLeftAsync("values", Duration.ofSeconds(2));
            if (choices.nextInt(4) == 0) {
                try {
                    popping.get(choices.nextInt(1, 2_000), TimeUnit.MICROSECONDS);
                } catch (TimeoutException e) {
                    popping.cancel(false);
                } catch (InterruptedException | ExecutionException e) {
                    violations.add("consumer " + number + ": " + e);
                }
            }
            if (!popping.isCancelled()) {
                try {
                    popping.join().ifPresent(value -> take(value, popped));
                } catch (RuntimeException e) {
                    violations.add("consumer " + number + ": " + e);
                }
            }
        }
    }

    private void take(String value, Set<String> popped) {
        if (!popped.add(value)) {
            violations.add(value + " was popped twice");
        }
    }
}
