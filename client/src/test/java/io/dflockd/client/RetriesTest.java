package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.internal.Retries;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class RetriesTest {
    private final List<String> lines = new ArrayList<>();

    @Test
    void whatGoesOnFailingIsOneLineAndNoTrace() {
        var retries = new Retries(logger(), "jobs: no campaign");

        for (int i = 0; i < 20; i++) {
            retries.failed(new ConnectionFailedException("refused"));
        }
        retries.worked();
        retries.worked();

        assertThat(lines).containsExactly("warn [jobs: no campaign, refused]", "info [jobs: no campaign, 20]");
    }

    @Test
    void pausesGrowToFiveSecondsAndBeginAnewWhenItWorked() {
        var retries = new Retries(logger(), "jobs: no campaign");
        assertThat(retries.nextPauseNanos()).isBetween(50_000_000L, 100_000_000L);
        for (int i = 0; i < 10; i++) {
            assertThat(retries.nextPauseNanos()).isLessThan(5_000_000_000L);
        }
        assertThat(retries.nextPauseNanos()).isGreaterThanOrEqualTo(2_500_000_000L);

        retries.worked();

        assertThat(retries.nextPauseNanos()).isLessThanOrEqualTo(100_000_000L);
    }

    /** A logger of warnings and infos, whose other methods do nothing. */
    private Logger logger() {
        return (Logger) Proxy.newProxyInstance(Logger.class.getClassLoader(), new Class<?>[]{Logger.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("warn") || method.getName().equals("info")) {
                        var rest = new ArrayList<Object>();
                        for (int i = 1; i < arguments.length; i++) {
                            rest.addAll(arguments[i] instanceof Object[] many ? List.of(many) : List.of(arguments[i]));
                        }
                        lines.add(method.getName() + " " + rest);
                    }
                    return null;
                });
    }
}
