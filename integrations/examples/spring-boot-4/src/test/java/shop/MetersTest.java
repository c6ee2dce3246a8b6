package shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.boot.test.AutoConfigureTestDflockd;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@AutoConfigureTestDflockd
class MetersTest {
    @Autowired Reports reports;
    @Autowired MeterRegistry meters;

    @Test
    void theRegistryHasWhatTheClientDoes() {
        reports.write("c3");

        assertThat(meters.get("dflockd.client.connections").gauge().value()).isEqualTo(1);
        assertThat(meters.get("dflockd.client.hold").tag("kind", "lock").timers()).isNotEmpty();
        assertThat(meters.get("dflockd.client.acquire")
                .tag("name", "reports/#{#customer}")
                .tag("outcome", "granted")
                .timer()
                .count()).isPositive();
    }
}
