package io.dflockd.service.session;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tagged requests of a connection without a named session that wait for their answers. They die with it. */
final class TagsInFlight {
    private final Map<Long, String> tagsByRequest = new HashMap<>();
    private final Map<String, Long> requestsByTag = new HashMap<>();

    void add(String tag, long request) {
        tagsByRequest.put(request, tag);
        requestsByTag.put(tag, request);
    }

    /** The request with this tag; null where there is none. */
    @Nullable
    Long request(String tag) {
        return requestsByTag.get(tag);
    }

    /** Takes the request out. Its tag; null where it was not in it. */
    @Nullable
    String remove(long request) {
        var tag = tagsByRequest.remove(request);
        if (tag != null) {
            requestsByTag.remove(tag);
        }
        return tag;
    }

    List<Long> requests() {
        return List.copyOf(tagsByRequest.keySet());
    }

    int size() {
        return tagsByRequest.size();
    }
}
