package io.dflockd.acceptance.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process of holders, to be stopped as a whole. Arguments: seed, longest stop in ms, address of the server. Takes
 * {@code VERB NUMBER} lines, where the number is that of a case, does what they say, and tells of it:
 * {@code NUMBER WHAT …}. At the end of its input it says what is left in it.
 */
final class HolderHost {
    private final Draw draw;
    private final String server;
    private final Sampler sampler = new Sampler();
    private final Leftovers leftovers;
    private final Map<Integer, Hosted> hosted = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private record Hosted(Holder holder, Journal journal) {}

    private HolderHost(Draw draw, String server) throws InterruptedException {
        this.draw = draw;
        this.server = server;
        FaultMatrix.warmUp(server);
        leftovers = new Leftovers();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var draw = new Draw(Long.parseLong(arguments[0]), Duration.ofMillis(Long.parseLong(arguments[1])));
        new HolderHost(draw, arguments[2]).serve();
        System.exit(0);
    }

    private void serve() throws IOException {
        say("0 ready");
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var words = line.split(" ", -1);
            int number = Integer.parseInt(words[1]);
            threads.execute(() -> act(words[0], number));
        }
        hosted.clear();
        leftovers.find().forEach(left -> say("0 left " + left));
        say("0 end");
    }

    private void act(String verb, int number) {
        try {
            var its = hosted.computeIfAbsent(number, unused -> host(draw.draw(number)));
            switch (verb) {
                case "acquire" -> acquire(number, its);
                case "release" -> {
                    its.holder.release();
                    tellAll(number, its.journal);
                }
                case "close" -> {
                    its.holder.close();
                    its.journal.remarks().forEach(remark -> say(number + " remark " + remark));
                    hosted.remove(number);
                }
                default -> throw new IllegalArgumentException("no verb " + verb);
            }
            say(number + " done " + verb);
        } catch (Exception | AssertionError e) {
            say(number + " failed " + verb + " " + e);
        }
    }

    private Hosted host(FaultCase of) {
        var journal = new Journal();
        return new Hosted(Holders.of(of, server, journal, sampler, leftovers), journal);
    }

    private void acquire(int number, Hosted its) throws Exception {
        its.holder.acquire();
        say("%d granted %d %d".formatted(number, its.journal.grantedAt(), its.journal.fence()));
    }

    private static void tellAll(int number, Journal journal) {
        for (var told : journal.toldOf()) {
            say("%d told %d %s:%s".formatted(number, told.at(), told.by(), told.why()));
        }
        if (journal.lastBelieved() != 0) {
            say("%d believed %d".formatted(number, journal.lastBelieved()));
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
