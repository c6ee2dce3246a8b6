package io.dflockd.client.internal.link;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    @Test
    void linesComeOutWholeHoweverTheBytesArrive() throws Exception {
        var long1 = "x".repeat(20_000);
        for (int chunk : new int[]{1, 7, 8192, 100_000}) {
            var lines = new LineReader(chunked("ok 1\nok\r\r\n\n" + long1 + "\nrest", chunk), 50_000, () -> {});

            assertThat(lines.next()).isEqualTo("ok 1");
            assertThat(lines.next()).isEqualTo("ok");
            assertThat(lines.next()).isEmpty();
            assertThat(lines.next()).isEqualTo(long1);
            assertThat(lines.wasCut()).isFalse();
            assertThat(lines.next()).isNull();
        }
    }

    @Test
    void lineOfTheLimitIsWholeAndALongerOneIsCutAndPassedOver() throws Exception {
        for (int chunk : new int[]{1, 7, 8192, 100_000}) {
            var lines = new LineReader(
                    chunked("a".repeat(100) + "\r\n" + "b".repeat(101) + "\n" + "c".repeat(30_000) + "\nok\n", chunk),
                    100, () -> {});

            assertThat(lines.next()).isEqualTo("a".repeat(100));
            assertThat(lines.wasCut()).isFalse();
            assertThat(lines.next()).isEqualTo("b".repeat(100));
            assertThat(lines.wasCut()).isTrue();
            assertThat(lines.next()).isEqualTo("c".repeat(100));
            assertThat(lines.wasCut()).isTrue();
            assertThat(lines.next()).isEqualTo("ok");
            assertThat(lines.wasCut()).isFalse();
        }
    }

    /** Whatever the other side sends, a line takes no more memory than it may have bytes. */
    @Test
    void lineThatDoesNotEndTakesNoMoreThanTheLimit() throws Exception {
        int limit = 1_000_000;
        var largest = new AtomicInteger();
        var endless = new InputStream() {
            private int sent;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] to, int from, int length) {
                largest.accumulateAndGet(to.length, Math::max);
                Arrays.fill(to, from, from + length, (byte) 'y');
                sent += length;
                return sent > 10 * limit ? -1 : length;
            }
        };

        assertThat(new LineReader(endless, limit, () -> {}).next()).isNull();
        assertThat(largest.get()).isBetween(limit, limit + 8 * 1024);
    }

    private static InputStream chunked(String text, int chunk) {
        return new ByteArrayInputStream(text.getBytes(ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] to, int from, int length) {
                return super.read(to, from, Math.min(length, chunk));
            }

            @Override
            public int read(byte[] to) throws IOException {
                return read(to, 0, to.length);
            }
        };
    }
}
