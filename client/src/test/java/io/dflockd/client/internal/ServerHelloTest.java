package io.dflockd.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.protocol.Limits;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerHelloTest {
    @Test
    void extensionsAndSettingsAreRead() {
        var hello = hello("dflockd/1.2 ping,tags,of_tomorrow window=1000,max_grace=600,of_tomorrow=a=b");

        assertThat(hello.extensions()).containsExactlyInAnyOrder("ping", "tags", "of_tomorrow");
        assertThat(hello.settings()).containsEntry("max_grace", "600").containsEntry("of_tomorrow", "a=b");
        assertThat(hello.window()).isEqualTo(1000);
    }

    @Test
    void windowThatIsNotToldOrMakesNoSenseIsTheUsualOne() {
        for (var settings : List.of("", " ", " max_grace=600", " window=", " window=x", " window=0", " window=-5",
                " window=99999999999", " window=1000000", " window", " ,=,")) {
            assertThat(hello("dflockd/1.2 ping" + settings).window()).as(settings).isEqualTo(Limits.WINDOW);
        }
    }

    @Test
    void serverWithoutAGreetingHasNothing() {
        assertThat(ServerHello.of(new Reply.Word(Status.ERROR)).extensions()).isEmpty();
        assertThat(hello("redis").extensions()).isEmpty();
    }

    private static ServerHello hello(String text) {
        return ServerHello.of(new Reply.Text(text));
    }
}
