package io.dflockd.http.listener;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which names a browser may have found this server by. A page of another site can have its own name lead to this machine, so
 * a name counts only where the operator gave it; an address cannot be made to lead anywhere.
 */
final class HostNames {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}(%25[0-9a-z]{1,16})?\\]");
    private static final Pattern PORT = Pattern.compile("\\d{0,5}");

    private final Set<String> names;

    HostNames(Collection<String> names) {
        this.names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether this names the very machine of whoever asks. One that comes by a proxy, which the listener sees as a program of
     * its own machine, asks by the name or address of that.
     */
    static boolean isOwnMachine(String host) {
        var name = name(host.toLowerCase(Locale.ROOT));
        return name.equals("localhost") || name.equals("[::1]") || LOOPBACK.matcher(name).matches();
    }

    private static String name(String lower) {
        int end = lower.startsWith("[") ? lower.indexOf(']') + 1 : lower.indexOf(':');
        return end <= 0 ? lower : lower.substring(0, end);
    }

    /** Whether this may be the {@code Host} of a request. */
    boolean accept(String host) {
        var lower = host.toLowerCase(Locale.ROOT);
        var name = name(lower);
        var rest = lower.substring(name.length());
        boolean hasValidPort = rest.isEmpty() || (rest.startsWith(":") && PORT.matcher(rest.substring(1)).matches());
        return hasValidPort && (name.equals("localhost")
                || names.contains(name)
                || IPV4.matcher(name).matches()
                || IPV6.matcher(name).matches());
    }
}
