package io.dflockd.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.cli.CommandTable;
import io.dflockd.cli.line.ArgumentParser;
import io.dflockd.cli.line.UsageException;
import io.dflockd.cli.load.Plan;
import io.dflockd.cli.load.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchFlagsTest {
    @Test
    void withoutFlagsItIsPairsOnSixteenConnectionsForTenSeconds() {
        var plan = plan();

        assertThat(plan.prefix()).matches("bench-[0-9a-f]{8}");
        assertThat(plan).isEqualTo(new Plan(Workload.PAIRS, 16, 16, 64, 100, 64, 30, plan.prefix(),
                Duration.ofSeconds(2), Duration.ofSeconds(10), 0, 0));
        assertThat(plan().prefix()).isNotEqualTo(plan.prefix());
    }

    @Test
    void everyFlagFindsItsPlaceInThePlan() {
        assertThat(plan("--connections", "3", "--locks", "5", "--lease", "7", "--key-prefix", "p", "--warm-up", "0",
                "--duration", "0.5", "--requests", "1000", "--rate", "200"))
                .isEqualTo(new Plan(Workload.PAIRS, 3, 5, 64, 100, 64, 7, "p", Duration.ZERO, Duration.ofMillis(500),
                        1000, 200));
        assertThat(plan("--workload", "signals", "--subscribers", "9", "--payload", "128", "--window", "8"))
                .matches(plan -> plan.connections() == 1 && plan.subscribers() == 9 && plan.payloadBytes() == 128
                        && plan.window() == 8);
    }

    @Test
    void numberOfOperationsLiftsTheUsualDuration() {
        assertThat(plan("--requests", "5").duration()).isNull();
    }

    @Test
    void whatIsWrongIsNamedWithItsValueAndWhatIsValid() {
        refuses("--workload is 'locks'; valid is pairs, contended, pipelined, signals", "--workload", "locks");
        refuses("--connections is '0'; valid is a whole number from 1 to 10000", "--connections", "0");
        refuses("--connections is '1'; valid is a whole number from 2 to 10000", "--workload", "contended",
                "--connections", "1");
        refuses("--payload is '15'; valid is a whole number from 16 to 65536", "--workload", "signals", "--payload",
                "15");
        refuses("--duration is '10s'; valid is a number of seconds, as in 10 or 0.5", "--duration", "10s");
        refuses("--duration is '0'; valid is more than 0 seconds", "--duration", "0");
        refuses("--requests is 'many'; valid is a whole number from 1 on", "--requests", "many");
        refuses("--key-prefix is 'a b'; valid is 1 to 200 ASCII characters without blanks, '*' and '>'",
                "--key-prefix", "a b");
    }

    @Test
    void flagThatTheWorkloadDoesNotHaveIsRefusedRatherThanIgnored() {
        refuses("--window does not fit --workload pairs; it fits pipelined, signals", "--window", "8");
        refuses("--lease does not fit --workload signals; it fits pairs, contended, pipelined", "--workload",
                "signals", "--lease", "5");
    }

    @Test
    void rateThatLetsConnectionsFallSilentIsRefused() {
        refuses("--rate is '9'; valid is at least 10 with --connections 100, so that none of them is silent for more"
                + " than 10 s", "--connections", "100", "--rate", "9");
        assertThat(plan("--connections", "100", "--rate", "10").perSecond()).isEqualTo(10);
    }

    private static Plan plan(String... flags) {
        var line = new ArrayList<>(List.of("bench"));
        line.addAll(List.of(flags));
        return BenchFlags.plan(new ArgumentParser(CommandTable.standard().all()).parse(line).arguments());
    }

    private static void refuses(String message, String... flags) {
        assertThatThrownBy(() -> plan(flags)).isInstanceOf(UsageException.class).hasMessage(message);
    }
}
