package io.dflockd.service.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LongMapTest {
    @Test
    void behavesAsAHashMapDoes() {
        var random = new Random(7);
        var map = new LongMap<String>();
        var model = new HashMap<Long, String>();

        for (int i = 0; i < 200_000; i++) {
            long key = 1 + random.nextInt(500) * (random.nextBoolean() ? 1L : 1L << 40);
            if (random.nextInt(5) < 3) {
                map.put(key, "v" + i);
                model.put(key, "v" + i);
            } else {
                map.remove(key);
                model.remove(key);
            }
            assertThat(map.get(key)).isEqualTo(model.get(key));
        }
        assertThat(map.size()).isEqualTo(model.size());
        model.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
    }

    @Test
    void whatIsNotThereIsNull() {
        var map = new LongMap<String>();
        map.put(5, "five");

        assertThat(map.get(6)).isNull();
        assertThat(map.get(0)).isNull();
        assertThat(map.containsKey(5)).isTrue();
        assertThat(map.containsKey(6)).isFalse();
        assertThatThrownBy(() -> map.put(0, "zero")).hasMessage("a key must be above 0, not 0");
    }
}
