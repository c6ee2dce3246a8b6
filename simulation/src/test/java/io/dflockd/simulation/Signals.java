package io.dflockd.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What was signalled, and who heard it: each listener each signal once at most, on its channel, those of one sender in order.
 * Requests with a number and those without have each an order of their own.
 */
final class Signals {
    private final Map<String, Sent> sent = new HashMap<>();
    private final Set<String> unnumbered = new HashSet<>();
    private final Set<String> heard = new HashSet<>();
    private final Map<String, Integer> latest = new HashMap<>();

    private record Sent(String channel, String sender, int number) {}

    /** Returns what to say. */
    String send(String channel, String sender) {
        int number = sent.size() + 1;
        var payload = "s" + number;
        sent.put(payload, new Sent(channel, sender, number));
        return payload;
    }

    /** It goes without a number, though its sender's others have one. */
    void goesUnnumbered(String payload) {
        unnumbered.add(payload);
    }

    void hear(String listener, long connection, String channel, String payload) {
        var what = sent.get(payload);
        Violation.require(what != null && what.channel.equals(channel),
                listener + " heard " + payload + " on " + channel + ", where nobody said it");
        Violation.require(heard.add(listener + " " + payload), listener + " heard " + payload + " twice");
        var order = listener + connection + what.sender + unnumbered.contains(payload);
        int before = latest.getOrDefault(order, 0);
        Violation.require(before < what.number,
                listener + " heard " + payload + " of " + what.sender + " after number " + before);
        latest.put(order, what.number);
    }

    int heardCount() {
        return heard.size();
    }
}
