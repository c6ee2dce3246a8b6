package io.dflockd.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final History history = new History(1_000);

    @Test
    void whatIsNotEndedIsOfUnknownOutcome() {
        var pending = history.invoke("a", "k", new CounterCall.Get(), 5);

        var before = history.operations();
        pending.returned(3L, 7);

        assertThat(before).singleElement().satisfies(operation -> {
            assertThat(operation.outcome()).isInstanceOf(Outcome.Unknown.class);
            assertThat(operation.returnedAt()).isEqualTo(Operation.NEVER);
        });
        assertThat(history.operations()).singleElement()
                .isEqualTo(new Operation(1, "a", "k", new CounterCall.Get(), 5, 7, new Outcome.Returned(3L)));
    }

    @Test
    void operationEndsOnce() {
        var pending = history.invoke("a", "k", new CounterCall.Get(), 5);
        pending.refused("error", 6);

        assertThatIllegalStateException().isThrownBy(pending::unknown).withMessageContaining("ended twice");
    }

    @Test
    void operationDoesNotEndBeforeItBegins() {
        var pending = history.invoke("a", "k", new CounterCall.Get(), 5);

        assertThatIllegalArgumentException().isThrownBy(() -> pending.returned(1L, 4))
                .withMessageContaining("returned at 4, before it was invoked at 5");
    }

    @Test
    void fullHistoryTakesNoMore() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(history.hasRoom()).isTrue();
            history.mayHappen("a", "k", new CounterCall.Add(1), i);
        }

        assertThat(history.hasRoom()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> history.invoke("a", "k", new CounterCall.Get(), 5))
                .withMessageContaining("takes 1000 operations");
    }

    @Test
    void manyThreadsRecordAtOnce() throws InterruptedException {
        var threads = new Thread[4];
        var begin = new CountDownLatch(1);
        for (int t = 0; t < threads.length; t++) {
            var client = "c" + t;
            threads[t] = new Thread(() -> {
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int i = 0; i < 250; i++) {
                    history.invoke(client, client, new CounterCall.Add(1), i).returned(i + 1L, i);
                }
            });
            threads[t].start();
        }
        begin.countDown();
        for (var thread : threads) {
            thread.join();
        }

        assertThat(history.operations()).extracting(Operation::number).doesNotHaveDuplicates().hasSize(1_000);
        assertThat(Findings.of(history).isClean()).isTrue();
    }
}
