package io.dflockd.client.internal.session;

import io.dflockd.protocol.ChannelPattern;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topics that are known, and which of them a push is for. Plain names are looked up, patterns tried one by one. */
final class Topics {
    private final Map<Request, Topic> all = new HashMap<>();
    private final Map<Request, Topic> patterns = new LinkedHashMap<>();

    Collection<Topic> all() {
        return all.values();
    }

    @Nullable
    Topic find(Topic like) {
        return all.get(like.subscription);
    }

    /** The topic that is known, or this one from now on. */
    Topic open(Topic like) {
        var known = all.putIfAbsent(like.subscription, like);
        if (known != null) {
            return known;
        }
        if (!(like.subscription instanceof Request.Observe) && ChannelPattern.hasWildcard(like.subscription.key())) {
            patterns.put(like.subscription, like);
        }
        return like;
    }

    void remove(Topic topic) {
        all.remove(topic.subscription);
        patterns.remove(topic.subscription);
    }

    List<Topic> of(Push push) {
        if (push instanceof Push.Signal signal) {
            return matching(new Request.Listen(signal.channel(), ""));
        }
        if (push instanceof Push.Watch watch) {
            return matching(new Request.Watch(watch.key()));
        }
        return push instanceof Push.Leader leader ? matching(new Request.Observe(leader.key())) : List.of();
    }

    /** The topics of the same kind as this one, whose name is no pattern, that match its name. */
    private List<Topic> matching(Request plain) {
        var matches = new ArrayList<Topic>(2);
        var exact = all.get(plain);
        if (exact != null && !patterns.containsKey(plain)) {
            matches.add(exact);
        }
        for (var topic : patterns.values()) {
            if (topic.subscription.verb() == plain.verb()
                    && ChannelPattern.matches(topic.subscription.key(), plain.key())) {
                matches.add(topic);
            }
        }
        return matches;
    }
}
