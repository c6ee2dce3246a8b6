package io.dflockd.benchmarks.micro;

import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestDecoder;
import io.dflockd.protocol.RequestEncoder;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Verb;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Bytes to requests and replies to bytes, as the server does it; requests to bytes and lines to replies, as the client does. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    private final byte[] pair = bytes("l\nown1.7\n0 30\nr\nown1.7\n" + TOKEN + "\n");
    private final byte[] taggedPair = bytes("@107 l\nown1.7\n0 30\n@108 r\nown1.7\n" + TOKEN + "\n");
    private final byte[] signal = bytes("signal\nnews\n" + "p".repeat(64) + "\n");
    private final RequestDecoder decoder = new RequestDecoder(65_536);
    private final Reply granted = new Reply.Granted(Status.OK, TOKEN, 30_000, DurationForm.SECONDS,
            1_795_510_582_712_676L);
    private final Reply ok = new Reply.Word(Status.OK);
    private final Request acquire = new Request.Acquire(Verb.LOCK, "own1.7", 0, 1, 30_000, DurationForm.SECONDS);
    private final Request release = new Request.Release(Verb.UNLOCK, "own1.7", TOKEN);
    private final String grantedLine = "ok " + TOKEN + " 30 1795510582712676";
    private final OctetBuffer out = new OctetBuffer(256);

    @Benchmark
    public void decodePair(Blackhole sink) {
        decode(pair, sink);
    }

    @Benchmark
    public void decodeTaggedPair(Blackhole sink) {
        decode(taggedPair, sink);
    }

    @Benchmark
    public void decodeSignal(Blackhole sink) {
        decode(signal, sink);
    }

    /** In two reads, cut in the middle of the second request. */
    @Benchmark
    public void decodeSplitPair(Blackhole sink) {
        decoder.decode(pair, 0, 30, (tag, request) -> consume(tag, request, sink));
        decoder.decode(pair, 30, pair.length, (tag, request) -> consume(tag, request, sink));
    }

    @Benchmark
    public int encodePair() {
        out.clear();
        ReplyCodec.encode(granted, out);
        ReplyCodec.encode(ok, out);
        return out.length();
    }

    /** What the client does for a pair: requests to bytes. */
    @Benchmark
    public int encodeTaggedRequests() {
        out.clear();
        RequestEncoder.encode("2z", acquire, out);
        RequestEncoder.encode("30", release, out);
        return out.length();
    }

    /** And lines to replies. */
    @Benchmark
    public void decodeReplies(Blackhole sink) {
        sink.consume(ReplyCodec.decode(Verb.LOCK, grantedLine));
        sink.consume(ReplyCodec.decode(Verb.UNLOCK, "ok"));
    }

    private void decode(byte[] bytes, Blackhole sink) {
        decoder.decode(bytes, 0, bytes.length, (tag, request) -> consume(tag, request, sink));
    }

    private static void consume(String tag, Request request, Blackhole sink) {
        sink.consume(tag);
        sink.consume(request);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
