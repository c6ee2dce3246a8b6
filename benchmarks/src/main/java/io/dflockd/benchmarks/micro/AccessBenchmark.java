package io.dflockd.benchmarks.micro;

import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Permissions;
import io.dflockd.service.access.Principal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Whether somebody may ask something, by twenty rules: what each request costs more where there is a file of identities. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AccessBenchmark {
    private static final String TOKEN = "token";
    private static final int RULES = 20;
    private static final int KEYS = 1024;

    private final Request[] allowed = new Request[KEYS];
    private final Request[] denied = new Request[KEYS];
    private final Request[] signals = new Request[KEYS];
    private Principal principal = Principal.ANYBODY;
    private int next;

    @Setup
    public void readRules() throws IOException, GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.US_ASCII));
        var text = new StringBuilder("identities:\n- name: service\n  tokens: [\"sha256:")
                .append(HexFormat.of().formatHex(digest))
                .append("\"]\n  rules:\n");
        for (int i = 0; i < RULES; i++) {
            text.append(
                    "  - {allow: [hold, read, send], keys: [\"team%d/service/*\"], channels: [\"team%d.events.>\"]}\n"
                            .formatted(i, i));
        }
        var file = Files.writeString(Files.createTempFile("identities", ".yaml"), text);
        var login = Identities.of(Optional.empty(), Optional.empty(), Optional.of(file)).ofToken(TOKEN);
        Files.delete(file);
        if (login == null) {
            throw new IllegalStateException("nobody has the token");
        }
        principal = login.principal();
        for (int i = 0; i < KEYS; i++) {
            int team = i % RULES;
            allowed[i] = acquire("team" + team + "/service/orders/" + i);
            denied[i] = acquire("team" + team + "/servers/orders/" + i);
            signals[i] = new Request.Signal("team" + team + ".events.new." + i, "x");
        }
    }

    private static Request acquire(String key) {
        return new Request.Acquire(Verb.LOCK, key, 0, 1, 30_000, DurationForm.SECONDS);
    }

    private boolean ask(Request[] requests) {
        next = (next + 1) & (KEYS - 1);
        return Permissions.permit(principal, requests[next]);
    }

    @Benchmark
    public boolean allowedKey() {
        return ask(allowed);
    }

    @Benchmark
    public boolean deniedKey() {
        return ask(denied);
    }

    @Benchmark
    public boolean allowedChannel() {
        return ask(signals);
    }
}
