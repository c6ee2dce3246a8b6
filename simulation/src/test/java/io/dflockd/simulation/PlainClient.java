package io.dflockd.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client without a named session, with tags or without. What has no answer when its connection breaks is unknown. */
final class PlainClient extends SimulatedClient {
    private static final long MOST_SILENCE = 3_000 * MS;
    private static final long MOST_OVERDUE = 5_000 * MS;

    private final boolean tags;
    private final ArrayDeque<Wish> inOrder = new ArrayDeque<>();
    private final Map<String, Wish> tagged = new LinkedHashMap<>();
    private final ArrayDeque<Wish> unwritten = new ArrayDeque<>();
    private long lastTag;
    private long heardAt;

    PlainClient(String name, Scene scene, boolean tags) {
        super(name, scene);
        this.tags = tags;
    }

    @Override
    void ask(Wish wish) {
        unwritten.add(wish);
        writeWhatIsNew();
    }

    private void writeWhatIsNew() {
        while (wire() != null && !unwritten.isEmpty()) {
            var wish = unwritten.remove();
            wish.firstWrittenAt = clock.nanoTime();
            wish.firstOver = wire();
            var tag = tags ? "t" + ++lastTag : "";
            if (tags) {
                tagged.put(tag, wish);
            } else {
                inOrder.add(wish);
            }
            write(wish.lines(tag));
        }
    }

    @Override
    void connected(Wire over) {
        heardAt = clock.nanoTime();
        if (sayHello()) {
            var hello = Wish.plain("hello", "_", "");
            hello.firstWrittenAt = heardAt;
            inOrder.add(hello);
        }
        writeWhatIsNew();
    }

    @Override
    void disconnected(Wire over) {
        var lost = new ArrayList<>(inOrder);
        lost.addAll(tagged.values());
        inOrder.clear();
        tagged.clear();
        lost.forEach(Wish::unknown);
    }

    @Override
    void line(String line) {
        heardAt = clock.nanoTime();
        if (line.startsWith("@")) {
            int space = line.indexOf(' ');
            settle(tagged.remove(line.substring(1, space)), line.substring(space + 1), line);
        } else if (!isPush(line)) {
            settle(inOrder.poll(), line, line);
        }
    }

    private void settle(@Nullable Wish wish, String answer, String line) {
        if (wish == null) {
            violated("an answer to nothing: " + line);
        } else {
            wish.answered(answer);
        }
    }

    @Override
    void look() {
        long now = clock.nanoTime();
        var open = new ArrayList<>(tagged.values());
        if (!inOrder.isEmpty()) {
            open.add(inOrder.getFirst()); // it holds back the others
        }
        for (var wish : open) {
            long since = wish.firstWrittenAt + (wish.waitMs == 0 ? 0 : wish.waitMs * MS + MOST_OVERDUE);
            if (now - Math.max(since, heardAt) > MOST_SILENCE) {
                giveUp();
                return;
            }
        }
    }

    @Override
    int open() {
        return inOrder.size() + tagged.size() + unwritten.size();
    }

    @Override
    @Nullable
    String waitingTag() {
        return tagged.entrySet()
                .stream()
                .filter(entry -> entry.getValue().waitMs > 0)
                .map(Map.Entry::getKey)
                .findAny()
                .orElse(null);
    }

    @Override
    String describe() {
        return "in order " + inOrder + ", tagged " + tagged + ", unwritten " + unwritten;
    }

    @Override
    long provedUntil() {
        return Long.MAX_VALUE;
    }

    @Override
    @Nullable
    Wire hangsOn(Wish wish) {
        return wish.firstOver;
    }

    @Override
    void popped(Wish wish, @Nullable String value) {
        wish.pending.returned(value, time.now());
    }

    /** The server may see the end of the connection at any time, and give its holds to others. */
    @Override
    public void failed(Wire broken) {
        beliefs.stream().filter(belief -> belief.wire == broken).forEach(Belief::lose);
        beliefs.removeIf(Belief::isOver);
    }

    @Override
    void leave() {
        quit();
    }
}
