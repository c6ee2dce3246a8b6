package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dflockd.junit.DflockdServers;
import io.dflockd.junit.DflockdTest;
import java.util.List;
import org.junit.jupiter.api.Test;

@DflockdTest
class OrdersTest {
    @Test
    void aLockIsTakenFromTheModulePath(DflockdServers server) throws Exception {
        assertEquals(
                List.of("io.dflockd.client", "io.dflockd.kotlin", "io.dflockd.micrometer", "io.dflockd.opentelemetry",
                        "io.dflockd.protocol", "io.dflockd.shedlock"),
                Orders.USED.stream().map(type -> type.getModule().getName()).toList());
        try (var client = server.newClient(settings -> settings.observer(Orders.observer()))) {
            assertEquals(1, Orders.pack(client));
        }
    }
}
