package io.dflockd.client.internal;

import io.dflockd.client.ServerAddress;
import io.dflockd.protocol.Members;
import io.dflockd.protocol.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the nodes of a cluster take clients, and which of them leads, as one of them says.
 *
 * @param leader null where that node knows of none
 * @param members in the order of the cluster, each once
 */
public record ServerCluster(@Nullable ServerAddress leader, List<ServerAddress> members) {
    /** The extension that a node announces when it is greeted. */
    public static final String EXTENSION = "cluster";
    /** More than any cluster has. */
    public static final int MAX_MEMBERS = 16;
    private static final String NOBODY = "_";

    public ServerCluster {
        members = List.copyOf(members);
    }

    /** Null for an answer that makes no sense, of which nothing is believed then. */
    public static @Nullable ServerCluster of(Reply reply) {
        var told = reply instanceof Reply.Text text ? Members.parse(text.text()) : null;
        if (told == null || told.addresses().isEmpty() || told.addresses().size() > MAX_MEMBERS) {
            return null;
        }
        try {
            var members = told.addresses().values().stream().map(ServerAddress::parse).distinct().toList();
            if (told.leader().isEmpty() || told.leader().equals(NOBODY)) {
                return new ServerCluster(null, members);
            }
            @Nullable String leader = told.addresses().get(told.leader());
            return leader == null ? null : new ServerCluster(ServerAddress.parse(leader), members);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
