package io.dflockd.cli.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LockOrderTest {
    @Test
    void keysAreTakenInTheOrderOfTheirBytes() {
        assertThat(LockOrder.sorted(List.of("b", "a/2", "a/10", "\u00e9", "B", "a"))).containsExactly("B", "a", "a/10",
                "a/2", "b", "\u00e9");
        // In UTF-16 the second would come first.
        assertThat(LockOrder.sorted(List.of("\ud83d\ude00", "\uff5e"))).containsExactly("\uff5e", "\ud83d\ude00");
    }
}
