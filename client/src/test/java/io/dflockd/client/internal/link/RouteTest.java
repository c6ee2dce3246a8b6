package io.dflockd.client.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.ServerCluster;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void addressesOfOneServerHaveCommasBetweenThem() {
        assertThat(Route.parse("a:1").given()).containsExactly(address("a:1"));
        assertThat(Route.parse(" a:1 , [::1]:2,\tb ").given())
                .containsExactly(address("a:1"), address("[::1]:2"), address("b:6388"));
        assertThat(Route.parse("a:1").isCluster()).isFalse();
        assertThat(Route.parse("a:1,b:1").isCluster()).isTrue();
        assertThat(Route.parse("a:1,b:1").server()).isEqualTo(address("a:1"));
    }

    @Test
    void whatIsWrongIsNamed() {
        wrong("a:1,a:1", "server is 'a:1,a:1', which names a:1 twice; valid is each node of a cluster once");
        wrong("a,b:6388,a:6388", "names a:6388 twice");
        wrong("a:1,,b:1", "server is 'a:1,,b:1', in which one address is empty");
        wrong("a:1,", "one address is empty");
        wrong("a:1,b:port", "server address is 'b:port'; valid is host:port, host, [ipv6]:port or [ipv6]");
        wrong("a:1,::1", "server address is '::1'");
        wrong("", "server host is empty");
        wrong(IntStream.range(0, 17).mapToObj(i -> "a:" + (i + 1)).collect(Collectors.joining(",")),
                "server has 17 addresses; valid is 1 to 16");
    }

    @Test
    void nodeThatServedLastComesFirstAndThoseThatFailedComeLast() {
        var route = Route.parse("a:1,b:1,c:1");
        assertThat(route.order()).isEqualTo(addresses("a:1", "b:1", "c:1"));

        route.serves(address("b:1"));
        assertThat(route.order()).isEqualTo(addresses("b:1", "a:1", "c:1"));
        assertThat(route.present()).isEqualTo(address("b:1"));

        route.fails(address("b:1"));
        route.fails(address("a:1"));
        assertThat(route.order()).isEqualTo(addresses("c:1", "b:1", "a:1"));
        route.fails(address("c:1"));
        route.fails(address("b:1"));
        assertThat(route.order()).isEqualTo(addresses("a:1", "c:1", "b:1"));

        route.serves(address("c:1"));
        assertThat(route.order()).isEqualTo(addresses("c:1", "a:1", "b:1"));
    }

    @Test
    void nodesAreLearnedAndWhatWasGivenStays() {
        var route = Route.parse("vip:1");
        route.learn(new ServerCluster(address("n2:1"), addresses("n1:1", "n2:1")));

        assertThat(route.isCluster()).isTrue();
        assertThat(route.order()).isEqualTo(addresses("n1:1", "n2:1", "vip:1"));

        route.learn(new ServerCluster(null, addresses("n3:1", "n4:1")));
        assertThat(route.order()).isEqualTo(addresses("n3:1", "n4:1", "vip:1"));
        assertThat(route.server()).isEqualTo(address("vip:1"));
    }

    @Test
    void leaderOutOfReachIsLeftAloneForAWhile() {
        var route = Route.parse("a:1");
        assertThat(route.isWorthGoingTo(address("b:1"), 0)).isTrue();

        route.outOfReach(address("b:1"), SECOND);

        assertThat(route.isWorthGoingTo(address("b:1"), 30 * SECOND)).isFalse();
        assertThat(route.isWorthGoingTo(address("c:1"), 30 * SECOND)).isTrue();
        assertThat(route.isWorthGoingTo(address("b:1"), 31 * SECOND)).isTrue();
    }

    private static void wrong(String server, String message) {
        assertThatThrownBy(() -> Route.parse(server)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static ServerAddress address(String text) {
        return ServerAddress.parse(text);
    }

    private static List<ServerAddress> addresses(String... texts) {
        return Stream.of(texts).map(ServerAddress::parse).toList();
    }
}
