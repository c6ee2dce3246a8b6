package shop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dflockd.test.DflockdTestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** The one artifact that is not for Java 17. */
@EnabledForJreRange(min = JRE.JAVA_21)
class ServerInJvmTest {
    @Test
    void testServer() {
        try (var server = DflockdTestServer.start()) {
            assertTrue(server.address().startsWith("127.0.0.1:"));
        }
    }
}
