package io.dflockd.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/** What a decoder made of some bytes. */
record Decoded(List<Tagged> requests, boolean finished, boolean insideRequest) {
    /** One request that came out, with its tag. */
    record Tagged(String tag, Request request) {}

    /** Decodes the octets in pieces that end at the given places. */
    static Decoded of(int maxArgBytes, String octets, int... cuts) {
        var bytes = octets.getBytes(ISO_8859_1);
        var decoder = new RequestDecoder(maxArgBytes);
        var requests = new ArrayList<Tagged>();
        RequestDecoder.Sink sink = (tag, request) -> requests.add(new Tagged(tag, request));
        int from = 0;
        for (int cut : cuts) {
            decoder.decode(bytes, from, cut, sink);
            from = cut;
        }
        decoder.decode(bytes, from, bytes.length, sink);
        return new Decoded(List.copyOf(requests), decoder.isFinished(), decoder.isInsideRequest());
    }

    static Decoded of(String octets, int... cuts) {
        return of(Limits.DEFAULT_MAX_ARG_BYTES, octets, cuts);
    }

    /** The one untagged request that these three lines make. */
    static Request request(String command, String key, String argument) {
        var decoded = of(command + "\n" + key + "\n" + argument + "\n");
        if (decoded.requests.size() != 1 || !decoded.requests.get(0).tag().isEmpty()) {
            throw new AssertionError("not one untagged request: " + decoded);
        }
        return decoded.requests.get(0).request();
    }

    /** Why these three lines are refused. */
    static ProtocolError error(String command, String key, String argument) {
        if (request(command, key, argument) instanceof Request.Malformed malformed) {
            return malformed.error();
        }
        throw new AssertionError(
                "accepted: " + command + " / " + key + " / " + argument + " as " + request(command, key, argument));
    }

    List<Request> withoutTags() {
        return requests.stream().map(Tagged::request).toList();
    }
}
