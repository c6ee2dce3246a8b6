package io.dflockd.server.config;

import io.dflockd.engine.order.Node;
import io.dflockd.protocol.Members;
import java.util.regex.Pattern;

/**
 * A member of a cluster, as its operator names it.
 *
 * @param host an IPv6 address without brackets
 * @param peerPort where the log is replicated; connections are passed on to the port after it
 */
public record Member(String name, String host, int clientPort, int peerPort) {
    private static final Pattern FORM = Pattern.compile(
            "(?<name>[^=]*)=(?:\\[(?<ipv6>[0-9a-fA-F:.]+)]|(?<host>[^:\\[\\]\\s]+)):(?<client>\\d{1,5}):(?<peer>\\d{1,5})");
    private static final int MAX_PORT = 65_535;

    /** Reads {@code NAME=HOST:CLIENTPORT:PEERPORT}. */
    static Member parse(String text) {
        var match = FORM.matcher(text.strip());
        if (!match.matches()) {
            throw new ConfigException(
                    "--cluster: \"%s\" is not valid, must be NAME=HOST:CLIENTPORT:PEERPORT, an IPv6 address in brackets"
                            .formatted(text.strip()));
        }
        var name = match.group("name");
        if (!Members.isName(name)) {
            throw new ConfigException(
                    ("--cluster: the name \"%s\" is not valid, must be 1 to 32 letters, digits, underscores and hyphens, and"
                            + " neither term nor leader").formatted(name));
        }
        var host = match.group("ipv6") == null ? match.group("host") : match.group("ipv6");
        return new Member(
                name, host, port(name, match.group("client"), MAX_PORT), port(name, match.group("peer"), MAX_PORT - 1));
    }

    private static int port(String name, String digits, int most) {
        int port = Integer.parseInt(digits);
        if (port < 1 || port > most) {
            throw new ConfigException(
                    "--cluster: port %d of %s is not valid, must be from 1 to %d".formatted(port, name, most));
        }
        return port;
    }

    /** Where connections are passed on to it. */
    int relayPort() {
        return peerPort + 1;
    }

    /** The same for the others. */
    public Node node() {
        return new Node(name, address(clientPort), address(peerPort));
    }

    private String address(int port) {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
