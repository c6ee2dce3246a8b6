package io.dflockd.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.FreePorts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The port for released clients is no side door. */
@Timeout(180)
class LegacyPortIT {
    private static final int PORT = FreePorts.one();

    @RegisterExtension static final Arena ARENA = Arena.with("--legacy-port", Integer.toString(PORT));

    @Test
    void grantsOfTheLegacyPortHaveNoFence() throws Exception {
        ARENA.withstands(target -> {
            var legacy = legacy(target).peer();
            var grant = legacy.ask("l", target.key("k"), "0 5").split(" ", -1);
            assertThat(grant).hasSize(3);
            assertThat(legacy.ask("n", target.key("k"), grant[1] + " 5")).isEqualTo("ok 5");
            assertThat(legacy.ask("e", target.key("e"), "5").split(" ", -1)).hasSize(3);
        });
    }

    @Test
    void everyVerbOnTheLegacyPortHarmsNobody() throws Exception {
        ARENA.withstands(target -> Floods.thenTakeAway(Floods::everyVerbUnreadAndReset).on(legacy(target)));
    }

    @Test
    void largeReadsOnTheLegacyPortThatNobodyTakesCostTheirConnectionOnly() throws Exception {
        ARENA.withstands(target -> Reads.thenTakeAway(Reads::taggedReadsThatNobodyTakes).on(legacy(target)));
    }

    @Test
    void waitsOnTheLegacyPortGoWithTheirConnection() throws Exception {
        ARENA.withstands(target -> Hoards.waitsOfEachKind(legacy(target)));
    }

    @Test
    void takeOversBetweenBothPortsHarmNobody() throws Exception {
        ARENA.withstands(target -> {
            target.together(2, number -> NamedSessions.takeOversInALoop(number == 0 ? target : legacy(target)));
        });
    }

    private static Target legacy(Target target) {
        return new Target(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), target.token(),
                target.prefix(),
                target.random(), target.scale(), target.peers());
    }
}
