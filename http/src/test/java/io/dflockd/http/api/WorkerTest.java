package io.dflockd.http.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Walks come one after another, what is short between their pieces, and both have a bound, above which nothing is lost. */
@Timeout(60)
class WorkerTest {
    private static final int MOST_SHORT = 256;
    private static final int MOST_WALKS_WAITING = 8;

    private final Worker worker = new Worker();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<String> done = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        released.countDown();
        worker.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Answer get(CompletionStage<Answer> answer) throws Exception {
        return answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private CompletionStage<Answer> walk(String name, BooleanSupplier step) {
        return worker.answer(step::getAsBoolean, () -> {
            done.add(name);
            return Answer.text(200, name);
        });
    }

    /** Two pieces, of which the first lasts until the test releases it. */
    private CompletionStage<Answer> longWalk() {
        var pieces = new int[1];
        return walk("long", () -> {
            started.countDown();
            await(released);
            return ++pieces[0] == 2;
        });
    }

    @Test
    void eightWalksWaitAndTheNextIsRefused() throws Exception {
        var all = new ArrayList<CompletionStage<Answer>>();
        all.add(longWalk());
        await(started);
        for (int i = 0; i < MOST_WALKS_WAITING; i++) {
            all.add(walk("walk " + i, () -> true));
        }

        assertThatThrownBy(() -> walk("too many", () -> true)).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.problem().answer().status()).isEqualTo(503));

        released.countDown();
        for (var each : all) {
            assertThat(get(each).status()).isEqualTo(200);
        }
        assertThat(done).containsExactly("long", "walk 0", "walk 1", "walk 2", "walk 3", "walk 4", "walk 5", "walk 6",
                "walk 7");
        assertThat(get(walk("later", () -> true)).status()).as("there is room again").isEqualTo(200);
    }

    @Test
    void whatIsShortComesBetweenTwoPiecesOfAWalk() throws Exception {
        var walk = longWalk();
        await(started);
        var brief = worker.answer(() -> {
            done.add("short");
            return Answer.text(200, "short");
        });

        released.countDown();

        assertThat(get(walk).status()).isEqualTo(200);
        assertThat(get(brief).status()).isEqualTo(200);
        assertThat(done).containsExactly("short", "long");
    }

    @Test
    void whereTheQueueIsFullTheNextIsRefusedAndAllBeforeItAreAnswered() throws Exception {
        var first = worker.answer(() -> {
            started.countDown();
            await(released);
            return Answer.text(200, "first");
        });
        await(started);
        var all = new ArrayList<CompletableFuture<Answer>>();
        for (int i = 0; i < MOST_SHORT; i++) {
            all.add(worker.answer(() -> Answer.text(200, "")).toCompletableFuture());
        }

        assertThatThrownBy(() -> worker.answer(() -> Answer.text(200, "too many"))).isInstanceOfSatisfying(
                ProblemException.class, e -> {
                    assertThat(e.problem().answer().status()).isEqualTo(503);
                    assertThat(e.problem().answer().headers()).containsEntry("Retry-After", "1");
                });
        assertThatThrownBy(() -> get(walk("too many", () -> true))).as("a walk too")
                .hasCauseInstanceOf(
                        ProblemException.class);

        released.countDown();
        assertThat(get(first).status()).isEqualTo(200);
        for (var each : all) {
            assertThat(get(each).status()).isEqualTo(200);
        }
        assertThat(get(walk("later", () -> true)).status()).as("no walk is thought to be under way").isEqualTo(200);
    }

    /** It may have done a piece when there is no room for the next. */
    @Test
    void aWalkThatFindsNoRoomToGoOnIsRefusedAndTheNextBegins() throws Exception {
        var walk = longWalk();
        await(started);
        var next = walk("next", () -> true);
        var all = new ArrayList<CompletableFuture<Answer>>();
        for (int i = 0; i < MOST_SHORT; i++) {
            all.add(worker.answer(() -> Answer.text(200, "")).toCompletableFuture());
        }

        released.countDown();

        assertThatThrownBy(() -> get(walk)).hasCauseInstanceOf(ProblemException.class);
        for (var each : all) {
            assertThat(get(each).status()).isEqualTo(200);
        }
        assertThatThrownBy(() -> get(next)).as("there was no room for it either")
                .hasCauseInstanceOf(
                        ProblemException.class);
        assertThat(get(walk("later", () -> true)).status()).isEqualTo(200);
    }

    @Test
    void aWalkThatFailsEndsAloneAndTheNextBegins() throws Exception {
        var failing = walk("failing", () -> {
            started.countDown();
            await(released);
            throw new IllegalStateException("a bug");
        });
        await(started);
        var next = walk("next", () -> true);

        released.countDown();

        assertThatThrownBy(() -> get(failing)).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(get(next).status()).isEqualTo(200);
    }
}
