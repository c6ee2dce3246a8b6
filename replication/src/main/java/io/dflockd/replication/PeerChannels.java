package io.dflockd.replication;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that members find a leader as soon as enough of them are there. gRPC lets ever more time pass between two
 * attempts to connect, up to two minutes, in which all that is sent fails: a candidate would get no vote of a member that was
 * away, though it listens again. Ratis ends that wait where it appends to the log, but not where it asks for votes. So where
 * no leader is found for longer than an election takes, all ways are laid anew.
 */
final class PeerChannels implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerChannels.class);
    private static final long LOOK_MS = 200;
    /** So many looks without a leader are longer than an answer to a candidate may take. Later ones are further apart. */
    private static final int PATIENCE = 15;
    private static final int LONGEST_PATIENCE = 300;

    private final RaftServer server;
    private final RaftGroupId group;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dflockd-peers").factory());
    private int looksWithoutLeader;
    private int due = PATIENCE;

    PeerChannels(RaftServer server, RaftGroupId group) {
        this.server = server;
        this.group = group;
    }

    /** From now on. The server has been started. */
    void begin() {
        var unusedAsItIsEndedWithTheRest = looking.scheduleWithFixedDelay(
                this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            var division = server.getDivision(group);
            if (division.getInfo().getLeaderId() != null) {
                looksWithoutLeader = 0;
                due = PATIENCE;
            } else if (++looksWithoutLeader == due) {
                due += Math.min(due, LONGEST_PATIENCE);
                layAnew(division);
            }
        } catch (IOException | RuntimeException e) {
            LOG.atDebug().setMessage("the ways to other members were not looked at").setCause(e).log();
        }
    }

    private void layAnew(RaftServer.Division division) {
        var why = new IOException("no leader is found");
        for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
            if (!peer.getId().equals(server.getId())) {
                server.getServerRpc().handleException(peer.getId(), why, true);
            }
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
