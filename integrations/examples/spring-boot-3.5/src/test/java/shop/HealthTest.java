package shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.boot.test.AutoConfigureTestDflockd;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE, properties = {
        "management.endpoint.health.show-details=always", "dflockd.leadership.auto-startup=false"})
@AutoConfigureTestDflockd
class HealthTest {
    @Autowired HealthEndpoint health;
    @Autowired DflockdClient client;

    @Test
    void theEndpointSaysWhetherTheServerAnswers() {
        Health dflockd = (Health) health.healthForPath("dflockd");

        assertThat(dflockd.getStatus()).isEqualTo(Status.UP);
        assertThat(dflockd.getDetails()).containsEntry("servers", 1)
                .containsEntry("answered", 1)
                .containsEntry("connections", 1L)
                .containsKey(client.servers().get(0).toString());
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }
}
