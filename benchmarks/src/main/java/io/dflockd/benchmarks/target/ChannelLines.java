package io.dflockd.benchmarks.target;

import java.nio.charset.StandardCharsets;

/**
 * The bytes of publishing to one channel and subscribing to it. A payload has {@value #PAYLOAD_BYTES} bytes, and each
 * publish is answered with one line.
 *
 * @param greeting sent first on each connection
 * @param greetingLines how many lines come for it
 * @param subscribe the request
 * @param subscribeLines how many lines answer it
 * @param publishHead what goes before the payload
 * @param publishTail what goes behind it
 * @param deliveryHead what comes before the payload of a delivery
 * @param deliveryBytes how long a delivery is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and written to by nobody
public record ChannelLines(
        byte[] greeting,
        int greetingLines,
        byte[] subscribe,
        int subscribeLines,
        byte[] publishHead,
        byte[] publishTail,
        byte[] deliveryHead,
        int deliveryBytes) {
    public static final int PAYLOAD_BYTES = 64;

    static ChannelLines of(
            String greeting,
            int greetingLines,
            String subscribe,
            int subscribeLines,
            String publishHead,
            String publishTail,
            String deliveryHead,
            String deliveryTail) {
        return new ChannelLines(
                bytes(greeting),
                greetingLines,
                bytes(subscribe),
                subscribeLines,
                bytes(publishHead),
                bytes(publishTail),
                bytes(deliveryHead),
                deliveryHead.length() + PAYLOAD_BYTES + deliveryTail.length());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
