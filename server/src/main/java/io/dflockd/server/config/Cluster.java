package io.dflockd.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The members of a cluster, as {@code --cluster} and {@code --node} name them. They go together, and with the other settings. */
public record Cluster(List<Member> members, Member own) {
    private static final Set<Integer> SIZES = Set.of(3, 5);
    /** Of one that is being changed, with what comes. */
    private static final int MOST = 9;

    public Cluster {
        members = List.copyOf(members);
    }

    /** The cluster that the settings name; null for none. Throws {@link ConfigException} where they do not go together. */
    static @Nullable Cluster of(ServerConfig config) {
        if (config.clusterText().isEmpty()) {
            requireNothingElse(config);
            return null;
        }
        if (config.dataDir().isEmpty()) {
            throw new ConfigException("--cluster needs --data-dir: a member keeps what it acknowledged");
        }
        var members = List.of(config.clusterText().split(",", -1)).stream().map(Member::parse).toList();
        requireDistinct(members);
        if (!SIZES.contains(members.size()) && !(config.joins() && members.size() > 2 && members.size() <= MOST)) {
            throw new ConfigException(wrongSize(members.size()));
        }
        requireSafePeers(config, members);
        return new Cluster(members, own(config.nodeText(), members));
    }

    private static void requireNothingElse(ServerConfig config) {
        if (!config.nodeText().isEmpty()) {
            throw new ConfigException("--node needs --cluster");
        }
        if (config.peerTlsCert().isPresent() || config.peerTlsKey().isPresent() || config.peerTlsCa().isPresent()) {
            throw new ConfigException("--peer-tls-cert, --peer-tls-key and --peer-tls-ca need --cluster");
        }
        if (config.peersMayBeInsecure()) {
            throw new ConfigException("--peer-insecure needs --cluster");
        }
        if (config.joins()) {
            throw new ConfigException("--join needs --cluster");
        }
    }

    private static String wrongSize(int size) {
        var why = switch (size) {
            case 1 -> "one alone needs no --cluster, only --data-dir";
            case 2 -> "of two neither can go on without the other, so they fail more often than one";
            default -> size % 2 == 0
                    ? "an even number survives no more losses than one member less"
                    : "more only make each answer slower";
        };
        return "--cluster: %d members, must be 3 or 5: %s".formatted(size, why);
    }

    private static void requireDistinct(List<Member> members) {
        var names = new HashSet<String>();
        Map<String, String> users = new HashMap<>();
        for (var member : members) {
            if (!names.add(member.name())) {
                throw new ConfigException(
                        "--cluster: two members are called \"%s\", each must have a name of its own"
                                .formatted(member.name()));
            }
            for (int port : List.of(member.clientPort(), member.peerPort(), member.relayPort())) {
                @Nullable String other = users.put(member.host() + ' ' + port, member.name());
                if (other != null) {
                    throw new ConfigException(
                            ("--cluster: port %d of %s is wanted by %s and %s; each member must have a client port, a peer port"
                                    + " and the port after that for itself")
                                    .formatted(port, member.host(), other, member.name()));
                }
            }
        }
    }

    private static void requireSafePeers(ServerConfig config, List<Member> members) {
        long files = List.of(config.peerTlsCert(), config.peerTlsKey(), config.peerTlsCa())
                .stream()
                .filter(Optional::isPresent)
                .count();
        if (files != 0 && files != 3) {
            throw new ConfigException(
                    "--peer-tls-cert, --peer-tls-key and --peer-tls-ca must be given all three or not at all");
        }
        if (files == 3 && config.peersMayBeInsecure()) {
            throw new ConfigException("--peer-insecure and --peer-tls-cert: give one of them");
        }
        if (files == 3 || config.peersMayBeInsecure()) {
            return;
        }
        for (var member : members) {
            if (!isLoopback(member.host())) {
                throw new ConfigException(
                        ("--cluster: %s is not a loopback address, and members would trust whoever comes: give --peer-tls-cert,"
                                + " --peer-tls-key and --peer-tls-ca, or --peer-insecure where the network itself is safe")
                                .formatted(member.host()));
            }
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static Member own(String name, List<Member> members) {
        var names = members.stream().map(Member::name).collect(Collectors.joining(" or "));
        if (name.isEmpty()) {
            throw new ConfigException("--cluster needs --node, must be " + names);
        }
        return members.stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new ConfigException("--node: \"%s\" is not a member of --cluster, must be %s"
                                .formatted(name, names)));
    }
}
