package io.dflockd.service.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.HolderList;
import io.dflockd.engine.Mode;
import io.dflockd.engine.Outcome;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Octets;
import io.dflockd.service.Leases;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LateReplyTest {
    private static final int MOST_OF_A_PIECE = LateReply.PIECE_BYTES + 6 * 8 * 1024 + 100;

    private int pieces;

    private String made(LateReply reply) {
        var line = new StringBuilder();
        boolean more;
        pieces = 0;
        do {
            var out = new OctetBuffer(1);
            more = reply.encode(out);
            assertThat(out.length()).isLessThanOrEqualTo(MOST_OF_A_PIECE);
            line.append(Octets.ofBytes(out.array(), 0, out.length()));
            pieces++;
        } while (more);
        return line.toString();
    }

    private static ValuesReport values(List<String> values, long maxBytes) {
        return new ValuesReport(
                new Outcome.Values(values, values.stream().mapToLong(String::length).sum()), maxBytes);
    }

    @Test
    void aListMayBeAsLongAsTheBound() {
        var values = List.of("one", "\u0001\u0001", Octets.ofText("\u20ac"));
        var whole = "ok [\"one\",\"\\u0001\\u0001\",\"" + values.get(2) + "\"]\n";
        for (int most = 0; most < whole.length() + 3; most++) {
            boolean fits = most >= whole.length() - "ok \n".length();
            assertThat(made(values(values, most))).as("at most %d", most)
                    .isEqualTo(fits ? whole : "error_too_large\n");
        }
    }

    @Test
    void aLongListIsMadeInPiecesAndNothingOfItIsSentBeforeItsLengthIsKnown() {
        var values = Collections.nCopies(300, "\u0001".repeat(1000));
        int length = 300 * (6000 + 3) + 1;

        assertThat(made(values(values, length))).startsWith("ok [\"\\u0001")
                .endsWith("\\u0001\"]\n")
                .hasSize(length + "ok \n".length());
        assertThat(pieces).as("measured and made").isGreaterThan(2 * length / MOST_OF_A_PIECE);
        assertThat(made(values(values, length - 1))).isEqualTo("error_too_large\n");
        assertThat(made(values(values, 100_000_000))).hasSize(length + "ok \n".length());
        assertThat(pieces).as("what is short enough in any case is not measured").isLessThan(40);
    }

    @Test
    void whatIsMuchTooLongIsNotMeasuredToItsEnd() {
        assertThat(made(values(Collections.nCopies(100, "\u0001".repeat(1_000_000)), 2_000_000)))
                .isEqualTo("error_too_large\n");
        assertThat(pieces).isLessThan(40);
    }

    @Test
    void aLongValueIsMadeInPieces() {
        var value = "0123456789".repeat(50_000);
        assertThat(made(new ValueReport(value))).isEqualTo("ok " + value + "\n");
        assertThat(pieces).isEqualTo(8);
    }

    @Test
    void whoHoldsAKeyIsToldRowByRow() {
        var holders = new ArrayList<HolderList.Holder>();
        var waiters = new ArrayList<HolderList.Waiting>();
        for (int i = 0; i < 1000; i++) {
            holders.add(new HolderList.Holder(i, "client", Mode.PERMIT, 1500, Leases.counted(2000),
                    Leases.counted(2000), i));
            waiters.add(new HolderList.Waiting(i, "\"", Mode.PERMIT, 250));
        }
        var list = new HolderList("key", false, 1000, holders, 1000, waiters, 2000);
        var line = made(HoldersReport.of(list, session -> "peer-" + session, 1 << 20));

        assertThat(line).startsWith("ok {\"key\":\"key\",\"kind\":\"semaphore\",\"limit\":1000,\"holders\":["
                + "{\"client\":\"client\",\"peer\":\"peer-0\",\"mode\":\"permit\",\"held_s\":1.5,"
                + "\"lease_left_s\":2.0,\"fence\":0},{");
        assertThat(line).contains("\"fence\":999}],\"holder_count\":1000,\"waiters\":["
                + "{\"client\":\"\\\"\",\"peer\":\"peer-0\",\"mode\":\"permit\",\"waited_s\":0.25},{");
        assertThat(line).endsWith("\"waited_s\":0.25}],\"waiter_count\":2000}\n");
        int length = line.length() - "ok \n".length();
        assertThat(made(HoldersReport.of(list, session -> "peer-" + session, length))).isEqualTo(line);
        assertThat(made(HoldersReport.of(list, session -> "peer-" + session, length - 1)))
                .isEqualTo("error_too_large\n");
    }
}
