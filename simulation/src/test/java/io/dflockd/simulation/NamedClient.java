package io.dflockd.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client whose session has a name, and so outlives its connections: resumed by counting. */
final class NamedClient extends SimulatedClient {
    private static final long MOST_SILENCE = 2_500 * MS;
    private static final long MOST_OVERDUE = 5_000 * MS;
    private static final long LATE_ACKNOWLEDGEMENT = 1_000 * MS;

    private final int graceSeconds;
    private String id;
    private boolean known;
    private boolean joined;
    /** Whether the answer to 'hello' comes before that to 'session'. */
    private boolean greets;
    private boolean left;
    /** Whether the end of its session is under way, so that another begins in any case. */
    private boolean leaving;
    private long sessionWrittenAt;
    private long sessionSaid;
    private long provedAt;
    private long heardAt;
    private long promptWrittenAt;
    private long written;
    private long received;
    private long told;
    /** Up to which answer the server is known to know that it has come. */
    private long confirmed;
    private final Map<Long, Wish> unanswered = new LinkedHashMap<>();
    private final ArrayDeque<Wish> unwritten = new ArrayDeque<>();
    private final ArrayDeque<Wish> untagged = new ArrayDeque<>();
    private final List<Popped> unconfirmed = new ArrayList<>();
    private boolean acknowledgementPlanned;

    /** A value that came with the answer of this count. */
    private record Popped(long count, Wish wish, @Nullable String value, long at) {}

    NamedClient(String name, Scene scene, int graceSeconds) {
        super(name, scene);
        this.graceSeconds = graceSeconds;
        id = newId();
    }

    private String newId() {
        return name + "-%016x".formatted(time.random().nextLong());
    }

    @Override
    void ask(Wish wish) {
        if (wish.verb.equals("ping") || time.chance(0.97) || wish.waitMs > 0) {
            unwritten.add(wish);
            writeWhatIsNew();
        } else if (joined && !leaving) {
            // Without a number: executed once at most.
            untagged.add(wish);
            scene.signals.goesUnnumbered(wish.argument);
            wish.firstWrittenAt = clock.nanoTime();
            wish.firstOver = wire();
            write(wish.lines(""));
        } else {
            unwritten.add(wish);
        }
    }

    @Override
    int open() {
        return unanswered.size() + unwritten.size() + untagged.size();
    }

    /** Ends the session, having said what has come, and begins another over the same connection. */
    void beginAnother() {
        if (!joined || open() > 0) {
            return;
        }
        beliefs.forEach(Belief::loseUnlessKept);
        beliefs.removeIf(Belief::isOver);
        write("ack\n_\n" + received + "\n");
        sayBye(() -> {
            confirm(received);
            known = false;
            joined = false;
            id = newId();
            begin();
            sessionWrittenAt = clock.nanoTime();
            sessionSaid = 0;
            saySession();
        });
        leaving = true;
    }

    @Override
    @Nullable
    String waitingTag() {
        return unanswered.values()
                .stream()
                .filter(wish -> wish.waitMs > 0)
                .map(wish -> Long.toString(wish.number))
                .findAny()
                .orElse(null);
    }

    @Override
    String describe() {
        return "joined " + joined + ", unanswered " + unanswered.values() + ", unwritten " + unwritten + ", untagged "
                + untagged;
    }

    @Override
    long provedUntil() {
        return provedAt + Belief.usable(graceSeconds * VirtualTime.SECOND);
    }

    @Override
    @Nullable
    Wire hangsOn(Wish wish) {
        return null;
    }

    @Override
    void connected(Wire over) {
        joined = false;
        sessionWrittenAt = clock.nanoTime();
        sessionSaid = received;
        greets = sayHello();
        saySession();
    }

    private void saySession() {
        write("session\n" + id + "\n" + graceSeconds + " " + received + "\n");
    }

    @Override
    void disconnected(Wire over) {
        joined = false;
        greets = false;
        untagged.forEach(Wish::unknown);
        untagged.clear();
    }

    @Override
    void line(String line) {
        heardAt = clock.nanoTime();
        if (line.startsWith("@")) {
            int space = line.indexOf(' ');
            numbered(Long.parseLong(line.substring(1, space)), line.substring(space + 1));
        } else if (greets) {
            greets = false;
        } else if (!joined) {
            join(line);
        } else if (!isPush(line)) {
            var wish = untagged.poll();
            if (wish == null) {
                violated("an answer to nothing: " + line);
            } else {
                wish.answered(line);
            }
        }
    }

    private void join(String line) {
        var words = line.split(" ", -1);
        if (line.startsWith("ok new ")) {
            begin();
        } else if (line.startsWith("ok resumed ")) {
            resume(Long.parseLong(words[3]));
        } else if (line.equals("error_draining")) {
            giveUp();
            return;
        } else if (known || scene.settings.isTight()) {
            // A word of an earlier connection, which came late, has begun another of this name; or there are too many.
            begin();
            known = false;
            id = newId();
            if (scene.isEnding()) {
                // Nobody promises that there will be room.
                unwritten.forEach(Wish::unknown);
                unwritten.clear();
            }
            if (left) {
                quit();
            } else {
                giveUp();
            }
            return;
        } else {
            violated("said 'session' with " + received + " answers, was told " + line);
        }
        joined = true;
        leaving = false;
        provedAt = sessionWrittenAt;
        heardAt = clock.nanoTime();
        promptWrittenAt = clock.nanoTime();
        if (left) {
            sayBye(this::quit);
        } else {
            writeWhatIsNew();
        }
    }

    private void begin() {
        if (known) {
            if (clock.nanoTime() < provedUntil() && !left && !leaving && !scene.settings.isTight()) {
                violated("its session ended before its time");
            }
            loseAll();
        }
        known = true;
        written = 0;
        received = 0;
        told = 0;
        confirmed = 0;
    }

    private void loseAll() {
        beliefs.forEach(Belief::loseUnlessKept);
        beliefs.removeIf(Belief::isOver);
        forgetWritten();
    }

    private void forgetWritten() {
        var lost = new ArrayList<>(unanswered.values());
        unanswered.clear();
        lost.forEach(Wish::unknown);
        // What nobody acknowledged has gone back.
        unconfirmed.forEach(popped -> popped.wish.unknown());
        unconfirmed.clear();
    }

    private void resume(long seen) {
        known = true; // also where the answer got lost to the very first word
        if (seen > written) {
            violated("the server has seen request " + seen + ", the last that was written is " + written);
        }
        confirm(sessionSaid);
        told = sessionSaid;
        // What it has seen may be written again too: it makes no difference.
        boolean all = time.chance(0.2);
        for (var wish : unanswered.values()) {
            if (all || wish.number > seen) {
                write(wish.lines(Long.toString(wish.number)));
            }
        }
    }

    private void writeWhatIsNew() {
        while (joined && !left && !leaving && !unwritten.isEmpty() && wire() != null) {
            var wish = unwritten.remove();
            wish.number = ++written;
            wish.firstWrittenAt = clock.nanoTime();
            wish.firstOver = wire();
            unanswered.put(wish.number, wish);
            var tag = Long.toString(wish.number);
            if (time.chance(0.7)) {
                wish.received = received;
                told = received;
                tag += "+" + received;
            }
            if (wish.waitMs == 0) {
                promptWrittenAt = clock.nanoTime();
            }
            write(wish.lines(tag));
        }
    }

    private void numbered(long number, String answer) {
        var wish = unanswered.remove(number);
        if (wish == null) {
            violated("an answer to request " + number + ", which waits for none: " + answer);
            return;
        }
        if (!joined) {
            violated("an answer before that to 'session': " + number + " " + answer);
        }
        received++;
        if (wish.firstOver == wire()) {
            provedAt = Math.max(provedAt, wish.firstWrittenAt);
        }
        if (wish.received >= 0) {
            confirm(wish.received);
        }
        acknowledgeLater();
        wish.answered(answer);
    }

    @Override
    void popped(Wish wish, @Nullable String value) {
        if (wish.number == 0) {
            wish.pending.returned(value, time.now());
        } else {
            unconfirmed.add(new Popped(received, wish, value, time.now()));
        }
    }

    private void confirm(long count) {
        confirmed = Math.max(confirmed, count);
        unconfirmed.removeIf(popped -> {
            boolean is = popped.count <= confirmed;
            if (is) {
                popped.wish.pending.returned(popped.value, popped.at);
            }
            return is;
        });
    }

    private void acknowledgeLater() {
        if (!acknowledgementPlanned) {
            acknowledgementPlanned = true;
            time.after(MS, LATE_ACKNOWLEDGEMENT, () -> {
                acknowledgementPlanned = false;
                if (joined && !leaving && told < received) {
                    told = received;
                    write("ack\n_\n" + received + "\n");
                }
            });
        }
    }

    @Override
    void look() {
        if (wire() == null) {
            return;
        }
        long now = clock.nanoTime();
        if (!joined) {
            if (now - sessionWrittenAt > MOST_SILENCE) {
                giveUp();
            }
            return;
        }
        long owedSince = Long.MAX_VALUE;
        for (var wish : unanswered.values()) {
            long since = wish.firstWrittenAt + (wish.waitMs == 0 ? 0 : wish.waitMs * MS + MOST_OVERDUE);
            owedSince = Math.min(owedSince, since);
        }
        for (var wish : untagged) {
            owedSince = Math.min(owedSince, wish.firstWrittenAt);
        }
        long silence = Math.min(MOST_SILENCE, graceSeconds * VirtualTime.SECOND / 4);
        if (owedSince != Long.MAX_VALUE && now - Math.max(heardAt, owedSince) > silence) {
            giveUp();
        } else if (!left && now - promptWrittenAt > graceSeconds * VirtualTime.SECOND / 3) {
            unwritten.addFirst(Wish.plain("ping", "_", ""));
            writeWhatIsNew();
        }
    }

    @Override
    public void failed(Wire broken) {
        // The session goes on.
    }

    /** Whether the server knows of all that has come. */
    boolean isConfirmed() {
        return unconfirmed.isEmpty();
    }

    @Override
    void leave() {
        beliefs.forEach(Belief::loseUnlessKept);
        left = true;
        if (joined) {
            sayBye(this::quit);
        }
    }

    private void sayBye(Runnable then) {
        var bye = new Wish("bye", "_", "", 0, null, (wish, answer) -> then.run());
        bye.firstWrittenAt = clock.nanoTime();
        bye.firstOver = wire();
        untagged.add(bye);
        write("bye\n_\n\n");
    }
}
