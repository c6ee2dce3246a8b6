package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchOrderTest {
    private final BatchOrder order = new BatchOrder();

    @Test
    void eachTermIsNumberedFromZero() {
        assertThat(order.take(3, 0)).isEmpty();
        assertThat(order.take(3, 1)).isEmpty();
        assertThat(order.take(7, 0)).isEmpty();
        assertThat(order.numberIn(7)).isZero();
        assertThat(order.numberIn(3)).isEqualTo(BatchOrder.NONE);
    }

    @Test
    void whatIsMissingTwiceOrLateIsNotTaken() {
        order.take(3, 0);

        assertThat(order.take(3, 2)).contains("it is number 2 of term 3, must be number 1");
        assertThat(order.take(3, 0)).contains("it is number 0 of term 3, must be number 1");
        assertThat(order.take(4, 1)).contains("it is number 1 of term 4, must be number 0");
        assertThat(order.take(2, 0)).contains("it is of term 2, after one of term 3");
        assertThat(order.take(3, 1)).isEmpty();
    }

    @Test
    void itGoesOnBehindASnapshot() {
        order.continueAfter(3, 41);

        assertThat(order.take(3, 42)).isEmpty();
        order.continueAfter(5, BatchOrder.NONE);
        assertThat(order.take(5, 0)).isEmpty();
    }
}
