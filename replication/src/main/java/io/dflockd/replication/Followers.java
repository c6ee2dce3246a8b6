package io.dflockd.replication;

import java.util.HashMap;
import java.util.Map;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/** What a leader knows of the others. */
final class Followers {
    /**
     * One of them.
     *
     * @param replicated the place in the log up to which it has all
     * @param silentMs for how long it said nothing
     */
    record Follower(long replicated, long silentMs) {}

    private Followers() {}

    /** By name; none where the node does not lead. */
    static Map<String, Follower> of(RaftServer.Division division) {
        var infos = division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
        long @Nullable [] matches = division.getInfo().getFollowerMatchIndices();
        var found = new HashMap<String, Follower>();
        for (int i = 0; matches != null && i < Math.min(infos.size(), matches.length); i++) {
            var next = infos.get(i);
            found.put(next.getId().getId().toStringUtf8(), new Follower(matches[i], next.getLastRpcElapsedTimeMs()));
        }
        return found;
    }
}
