package io.dflockd.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.order.Node;
import io.dflockd.server.config.ConfigLoader.Wish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterTest {
    private static final String THREE = "n1=127.0.0.1:6388:6390,n2=127.0.0.1:6488:6490,n3=127.0.0.1:6588:6590";
    private static final String APART = "n1=10.0.0.1:6388:6390,n2=10.0.0.2:6388:6390,n3=[2001:db8::3]:6388:6390";

    private static ServerConfig load(String... arguments) {
        return ((Wish.Serve) ConfigLoader.load(List.of(arguments), Map.of())).config();
    }

    private static ServerConfig member(String cluster, String... more) {
        var arguments = new ArrayList<>(List.of("--data-dir", "d", "--node", "n1", "--cluster", cluster));
        arguments.addAll(List.of(more));
        return load(arguments.toArray(String[]::new));
    }

    @Test
    void aMemberListensWhereTheOthersSayThatItIs() {
        var config = member(THREE, "--node", "n2");

        assertThat(config.cluster().orElseThrow().own().node())
                .isEqualTo(new Node("n2", "127.0.0.1:6488", "127.0.0.1:6490"));
        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(6488);
        assertThat(config.electionTimeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.relayWait()).isEqualTo(Duration.ofSeconds(10));
        assertThat(member(THREE, "--host", "", "--port", "7").port()).isEqualTo(7);
    }

    @Test
    void whoIsInNoClusterIsAlone() {
        assertThat(load().cluster()).isEmpty();
    }

    @Test
    void membersMayBeFarApartWhereTheyKnowEachOther() {
        var tls = new String[]{"--peer-tls-cert", "c", "--peer-tls-key", "k", "--peer-tls-ca", "a"};

        assertThat(member(APART, tls).cluster().orElseThrow().members().get(2).node())
                .isEqualTo(new Node("n3", "[2001:db8::3]:6388", "[2001:db8::3]:6390"));
        assertThat(member(APART, "--peer-insecure").cluster()).isPresent();
        assertThatThrownBy(() -> member(APART)).hasMessageContainingAll("10.0.0.1", "loopback", "--peer-tls-cert");
        assertThatThrownBy(() -> member(APART, "--peer-tls-cert", "c")).hasMessageContaining("all three");
        assertThatThrownBy(() -> member(APART, "--peer-tls-cert", "c", "--peer-tls-key", "k"))
                .hasMessageContaining("all three");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "n1=127.0.0.1:1:3 | 1 members, must be 3 or 5",
            "n1=127.0.0.1:1:3,n2=127.0.0.1:5:7 | 2 members, must be 3 or 5: of two neither",
            "n1=a:1:3,n2=b:1:3,n3=c:1:3,n4=d:1:3 | 4 members, must be 3 or 5: an even number",
            "n1=127.0.0.1:1:3,n1=127.0.0.1:5:7,n3=127.0.0.1:9:11 | two members are called \"n1\"",
            "n1=127.0.0.1:1:3,n2=127.0.0.1:4:7,n3=127.0.0.1:9:11 | port 4 of 127.0.0.1 is wanted by n1 and n2",
            "n1=127.0.0.1:1:1,n2=127.0.0.1:4:7,n3=127.0.0.1:9:11 | port 1 of 127.0.0.1 is wanted by n1 and n1",
            "n1=127.0.0.1:1 | \"n1=127.0.0.1:1\" is not valid, must be NAME=HOST:CLIENTPORT:PEERPORT",
            "n1=::1:1:3 | must be NAME=HOST:CLIENTPORT:PEERPORT, an IPv6 address in brackets",
            "n1=[::1:1:3 | must be NAME=HOST:CLIENTPORT:PEERPORT",
            "127.0.0.1:1:3 | must be NAME=HOST:CLIENTPORT:PEERPORT",
            "n1=127.0.0.1:1:3, | \"\" is not valid",
            "leader=127.0.0.1:1:3 | the name \"leader\" is not valid, must be 1 to 32 letters",
            "n.1=127.0.0.1:1:3 | the name \"n.1\" is not valid",
            "n1=127.0.0.1:0:3 | port 0 of n1 is not valid, must be from 1 to 65535",
            "n1=127.0.0.1:1:65535 | port 65535 of n1 is not valid, must be from 1 to 65534"})
    void whatIsNoClusterIsRefusedInOneLine(String cluster, String line) {
        assertThatThrownBy(() -> member(cluster))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--cluster: ")
                .hasMessageContaining(line)
                .hasMessageNotContaining("\n");
    }

    @Test
    void settingsThatNeedEachOtherAreNamed() {
        assertThatThrownBy(() -> load("--cluster", THREE, "--node", "n1"))
                .hasMessageContaining("--cluster needs --data-dir");
        assertThatThrownBy(() -> load("--cluster", THREE, "--data-dir", "d"))
                .hasMessage("--cluster needs --node, must be n1 or n2 or n3");
        assertThatThrownBy(() -> member(THREE, "--node", "n4"))
                .hasMessage("--node: \"n4\" is not a member of --cluster, must be n1 or n2 or n3");
        assertThatThrownBy(() -> load("--node", "n1")).hasMessage("--node needs --cluster");
        assertThatThrownBy(() -> load("--peer-tls-ca", "a")).hasMessageContaining("need --cluster");
        assertThatThrownBy(() -> load("--peer-insecure")).hasMessage("--peer-insecure needs --cluster");
        assertThatThrownBy(() -> member(THREE, "--peer-insecure", "--peer-tls-cert", "c", "--peer-tls-key", "k",
                "--peer-tls-ca", "a")).hasMessageContaining("give one of them");
        assertThatThrownBy(() -> member(THREE, "--election-timeout", "49"))
                .hasMessageContaining("must be a whole number from 50 to 60000");
    }
}
