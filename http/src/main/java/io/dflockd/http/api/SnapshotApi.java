package io.dflockd.http.api;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Handler;
import io.dflockd.http.route.JsonBody;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Pieces;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.Route;
import io.dflockd.service.access.Right;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.Snapshots;
import io.dflockd.service.stats.StatsWorker;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a copy of the state away. One at a time: from when it is made until it is taken. */
public final class SnapshotApi {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotApi.class);
    private static final int LONGEST_SECONDS = 600;
    private static final int RETRY_SECONDS = 10;
    private static final int PIECE_BYTES = 64 * 1024;

    private final AdminDesk desk;
    /** Makes it and reads it: the listener's thread waits for no disk. */
    private final StatsWorker reader = new StatsWorker("dflockd-backup");
    private final AtomicBoolean busy = new AtomicBoolean();

    public SnapshotApi(AdminDesk desk) {
        this.desk = desk;
    }

    public List<Route> routes() {
        var handler = new Handler() {
            @Override
            public CompletionStage<Answer> handle(Call call) {
                return make(call);
            }

            @Override
            public int patienceSeconds() {
                return LONGEST_SECONDS;
            }
        };
        return List.of(Route.everywhere(
                Method.POST, "/api/v1/snapshot", Right.BACKUP, handler,
                "A copy of the state, from which --restore begins"));
    }

    private CompletionStage<Answer> make(Call call) {
        call.query().only();
        var body = JsonBody.parse(call.body(), "reason");
        var reason = body.has("reason") ? body.text("reason", Endings.LONGEST_REASON) : "";
        if (!busy.compareAndSet(false, true)) {
            throw busy("one is being made or taken");
        }
        var answer = new CompletableFuture<Answer>();
        if (!reader.submit(() -> answer.complete(makeNow(call, reason)))) {
            busy.set(false);
            throw busy("the server stops");
        }
        return answer;
    }

    private static RuntimeException busy(String why) {
        return Problem.unavailable("busy", why, RETRY_SECONDS).exception();
    }

    private Answer makeNow(Call call, String reason) {
        try {
            var copy = desk.upkeep().snapshots().make();
            desk.audit()
                    .acted(Endings.asker(call), "state.copied",
                            Map.of("bytes", copy.bytes(), "sha256", copy.sha256(), "reason", reason),
                            "done");
            return Answer.of("application/octet-stream", new Read(copy, call.peer()))
                    .withHeader("Repr-Digest",
                            "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(copy.sha256()))
                                    + ":")
                    .withHeader("Content-Disposition", "attachment; filename=\"" + copy.name() + "\"");
        } catch (Snapshots.CannotException e) {
            return failed(call, reason, Problem.of(Problem.CONFLICT, "too_large", String.valueOf(e.getMessage())));
        } catch (IOException | RuntimeException e) {
            LOG.atError().setMessage("the state cannot be copied").setCause(e).log();
            return failed(call, reason,
                    Problem.of(Problem.FAILED, "failed", "the state cannot be copied: " + e.getMessage()));
        }
    }

    private Answer failed(Call call, String reason, Problem problem) {
        busy.set(false);
        desk.audit()
                .acted(Endings.asker(call), "state.copied", Map.of("because", problem.detail(), "reason", reason),
                        "failed");
        return problem.answer();
    }

    /** The file, read as it is taken. */
    private final class Read implements Pieces {
        private final Snapshots.Copy copy;
        private final String peer;
        private final AtomicBoolean closed = new AtomicBoolean();
        private volatile long given;

        Read(Snapshots.Copy copy, String peer) {
            this.copy = copy;
            this.peer = peer;
        }

        @Override
        public long bytes() {
            return copy.bytes();
        }

        @Override
        public CompletionStage<byte[]> next() {
            var piece = new CompletableFuture<byte[]>();
            if (!reader.submit(() -> read(piece))) {
                piece.completeExceptionally(new IOException("the server stops"));
            }
            return piece;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one piece at a time
        private void read(CompletableFuture<byte[]> piece) {
            try {
                var bytes = copy.in().readNBytes(PIECE_BYTES);
                given += bytes.length;
                piece.complete(bytes);
            } catch (IOException | RuntimeException e) {
                piece.completeExceptionally(e);
            }
        }

        @Override
        public void close() {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            busy.set(false);
            LOG.atInfo()
                    .setMessage(given == copy.bytes()
                            ? "a copy of the state was sent"
                            : "a copy of the state was not taken whole")
                    .addKeyValue("peer", peer)
                    .addKeyValue("bytes", copy.bytes())
                    .log();
            try {
                copy.in().close();
            } catch (IOException e) {
                LOG.atDebug().setMessage("a file that was read does not close").setCause(e).log();
            }
        }
    }
}
