package io.dflockd.conformance;

import io.dflockd.protocol.Dialect;
import io.dflockd.testkit.WireClient;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;

/**
 * The server that a test asks. By default that is ours, started inside this JVM with the options that the test needs.
 *
 * <p>With {@code -Ddflockd.conformance.address=HOST:PORT} it is the one there. A test that needs special options is then
 * skipped, unless {@code -Ddflockd.conformance.options} says that the server was started with just these, for example
 * {@code "--max-locks 1"}. {@code -Ddflockd.conformance.tls=true} says that the address speaks TLS, and {@code
 * -Ddflockd.conformance.dialect=legacy} that it is the port for old clients.
 */
record Target(InetSocketAddress address, boolean tls, Dialect dialect) {
    private static final String ADDRESS = System.getProperty("dflockd.conformance.address", "");
    private static final String OPTIONS = System.getProperty("dflockd.conformance.options", "");
    private static final boolean TLS = isElsewhere() && Boolean.getBoolean("dflockd.conformance.tls");
    private static final Dialect DIALECT = dialect(System.getProperty("dflockd.conformance.dialect", ""));

    /** A server that speaks as it does on its first port. */
    Target(InetSocketAddress address, boolean tls) {
        this(address, tls, Dialect.CURRENT);
    }

    /** Whether the server is somewhere else, where only the wire shows what it does. */
    static boolean isElsewhere() {
        return !ADDRESS.isEmpty();
    }

    /** A server with these options, given as on its command line. Skips the test where there is none. */
    static Target with(boolean tls, String... options) {
        if (!isElsewhere()) {
            return new Target(OwnServers.address(tls, List.of(options)), tls);
        }
        Assumptions.assumeTrue(tls == TLS, "the server speaks " + (TLS ? "TLS only" : "no TLS"));
        var given = new HashSet<>(Arrays.asList(OPTIONS.trim().split("\\s+(?=--)")));
        given.remove("");
        Assumptions.assumeTrue(given.equals(pairs(options)),
                "needs a server with " + (options.length == 0 ? "no options" : String.join(" ", options)));
        return new Target(parse(ADDRESS), tls, DIALECT);
    }

    /** A server with these options, over TLS only where the address demands it. */
    static Target with(String... options) {
        return with(TLS, options);
    }

    /** The port for old clients of a server of our own with these options. */
    static Target legacy(boolean tls, String... options) {
        Assumptions.assumeFalse(isElsewhere(), "--dialect legacy asks for this port of the server at the address");
        return new Target(OwnServers.legacyAddress(tls, List.of(options)), tls, Dialect.LEGACY);
    }

    /** A new connection. */
    WireClient connect() {
        return tls ? WireClient.connectTls(address) : WireClient.connect(address);
    }

    private static HashSet<String> pairs(String[] options) {
        var pairs = new HashSet<String>();
        for (int i = 0; i + 1 < options.length; i += 2) {
            pairs.add(options[i] + " " + options[i + 1]);
        }
        return pairs;
    }

    private static InetSocketAddress parse(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("dflockd.conformance.address is " + address + ", valid is HOST:PORT");
        }
        return new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    private static Dialect dialect(String name) {
        return name.isEmpty() ? Dialect.CURRENT : Dialect.valueOf(name.toUpperCase(Locale.ROOT));
    }
}
