package io.dflockd.replication;

import io.dflockd.engine.order.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node whose folder is empty comes to know that it may vote. An empty folder may be a new one, or one whose content was
 * lost; with the latter its votes and its acknowledgements are gone, and as itself it could elect a leader that lacks what
 * was answered. So it asks all others, and waits for those that do not answer:
 *
 * <ol>
 * <li>While its folder is empty it waits until every other one has said that it has never voted. One that may have voted
 * makes it give up.
 * <li>Then the folder says who it is, and it waits until every other one's does, or more. Only then does any of them speak
 * Raft.
 * </ol>
 *
 * <p>So as long as a single folder says nothing nobody has voted, and whoever is killed on the way goes on where it was. What
 * this does not see is that all folders were lost at once, or that the folder of one was lost while the others had not yet
 * begun.
 */
final class FirstStart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(2);
    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(100);
    private static final Duration BETWEEN_WORDS = Duration.ofSeconds(10);

    private final Path folder;
    private final Map<Node, ManagedChannel> others;
    /** What each has said last. */
    private final Map<Node, Introduction> answers = new HashMap<>();
    private final Map<Node, String> failures = new HashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private long lastWord = System.nanoTime();
    private String lastSaid = "";

    FirstStart(Path folder, List<Node> others, Optional<PeerSecurity> security) {
        this.folder = folder;
        this.others = others.stream().collect(Collectors.toMap(node -> node, node -> channel(node, security)));
    }

    private static ManagedChannel channel(Node node, Optional<PeerSecurity> security) {
        var builder = NettyChannelBuilder.forTarget(node.peerAddress())
                .proxyDetector(address -> null)
                .maxInboundMessageSize(Introduction.MAX_BYTES);
        security.ifPresentOrElse(
                tls -> builder.useTransportSecurity().sslContext(tls.calling()), builder::usePlaintext);
        return builder.build();
    }

    /** What one says now; empty where it does not answer. */
    static Optional<Introduction> ask(Node node, Introduction own, Optional<PeerSecurity> security) {
        var channel = channel(node, security);
        try {
            return Optional.of(ClientCalls.blockingUnaryCall(channel, PeerDoor.INTRODUCE, soon(), own));
        } catch (StatusRuntimeException e) {
            LOG.atDebug().setMessage("node does not answer").addKeyValue("node", node.name()).setCause(e).log();
            return Optional.empty();
        } finally {
            channel.shutdownNow();
        }
    }

    private static CallOptions soon() {
        return CallOptions.DEFAULT.withDeadlineAfter(LONGEST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Which of them do not answer now, and why, or are not of this cluster; empty where all are and do. */
    String unanswered(Introduction own) {
        for (var other : others.entrySet()) {
            ask(other.getKey(), other.getValue(), own);
            var answer = answers.get(other.getKey());
            if (answer != null && !answer.cluster().equals(own.cluster())) {
                failures.put(other.getKey(), "node " + other.getKey().name() + " at " + other.getKey().peerAddress()
                        + " is of another cluster");
            }
        }
        return failures.values().stream().sorted().collect(Collectors.joining(", "));
    }

    /** All others have empty folders too, or such as say who they are, and none has voted. */
    void awaitNobodyHasVoted(Introduction own, long untilNanos) throws IOException {
        await(own, untilNanos, answer -> {
            if (answer.stage() == Introduction.Stage.STARTED) {
                throw new DataFolderException(folder,
                        "is empty, but node " + answer.node() + " has a log of this cluster, to which node "
                                + own.node() + " may have contributed what is lost now",
                        "put the folder back if it is elsewhere; else remove node " + own.node()
                                + " from the cluster and add this one under a new name");
            }
            return true;
        });
    }

    /** All others know who they are. */
    void awaitAllAreReady(Introduction own, long untilNanos) throws IOException {
        await(own, untilNanos, answer -> answer.stage() != Introduction.Stage.EMPTY);
    }

    /**
     * All others are members of one cluster, which has no more. Gives that cluster, in which this node has no part yet: it
     * must not vote before the log says that it has.
     */
    UUID awaitCluster(Introduction own, Node self, long untilNanos) throws IOException {
        while (true) {
            for (var other : others.entrySet()) {
                ask(other.getKey(), other.getValue(), own);
                var answer = answers.get(other.getKey());
                if (answer != null) {
                    judge(answer, other.getKey(), self);
                }
            }
            var clusters = answers.values().stream().map(Introduction::cluster).distinct().toList();
            if (failures.isEmpty() && answers.size() == others.size() && clusters.size() == 1) {
                return clusters.get(0);
            }
            if (clusters.size() > 1) {
                throw new IOException("the nodes that were named are of more than one cluster: " + answers.values());
            }
            if (System.nanoTime() - untilNanos > 0) {
                throw new IOException("to join a cluster all its members must be there, but " + missing()
                        + "; name the present ones and this one");
            }
            say("waits for all present members, as it is to join them");
            pause();
        }
    }

    /** Whether one that was asked is a member, and of whom. */
    private void judge(Introduction answer, Node asked, Node self) throws IOException {
        if (!answer.node().equals(asked.name())) {
            failures.put(asked, "node " + asked.name() + " should be at " + asked.peerAddress() + ", but node "
                    + answer.node() + " is");
        } else if (answer.stage() != Introduction.Stage.STARTED) {
            failures.put(asked, "node " + asked.name() + " is not a member that has started");
        }
        for (var member : answer.members()) {
            if (member.name().equals(self.name())) {
                throw new DataFolderException(folder,
                        "is empty, but node " + self.name() + " is a member already, as " + answer.node() + " says",
                        "put the folder back if it is elsewhere; else remove node " + self.name()
                                + " from the cluster and add this one under a new name");
            }
            if (member.peerAddress().equals(self.peerAddress())) {
                throw new IOException("peer address " + self.peerAddress() + " is that of member " + member.name()
                        + "; give this node one of its own");
            }
            if (others.keySet().stream().noneMatch(node -> node.name().equals(member.name()))) {
                failures.put(asked, "node " + asked.name() + " says that " + member.name() + " at "
                        + member.peerAddress() + " is a member too; name it");
            }
        }
    }

    private interface Check {
        boolean isEnough(Introduction answer) throws IOException;
    }

    private void await(Introduction own, long untilNanos, Check check) throws IOException {
        while (!isEnough(own, check)) {
            if (System.nanoTime() - untilNanos > 0) {
                throw new IOException("a first start needs all members, but " + missing()
                        + "; start each with the same members, and its own name");
            }
            say("waits for all members, as this is its first start");
            pause();
        }
    }

    /** Asks all, also when one has not answered: another may have a log. */
    private boolean isEnough(Introduction own, Check check) throws IOException {
        boolean isEnough = true;
        for (var other : others.entrySet()) {
            ask(other.getKey(), other.getValue(), own);
            var answer = answers.get(other.getKey());
            isEnough &= answer != null && isSame(own.cluster(), answer, other.getKey()) && check.isEnough(answer);
        }
        return isEnough;
    }

    private void ask(Node node, ManagedChannel channel, Introduction own) {
        try {
            channel.resetConnectBackoff();
            answers.put(node, ClientCalls.blockingUnaryCall(channel, PeerDoor.INTRODUCE, soon(), own));
            failures.remove(node);
        } catch (StatusRuntimeException e) {
            failures.put(node, "node " + node.name() + " at " + node.peerAddress() + " does not answer ("
                    + LogMachine.rootOf(e).getMessage() + ")");
        }
    }

    /** One that was told something else may be told better yet; but where there is a cluster, this node is not of it. */
    private boolean isSame(UUID cluster, Introduction answer, Node asked) throws IOException {
        String problem;
        if (!answer.node().equals(asked.name())) {
            problem = "node " + asked.name() + " should be at " + asked.peerAddress() + ", but node " + answer.node()
                    + " is";
        } else if (!answer.cluster().equals(cluster)) {
            problem = "node " + asked.name() + " at " + asked.peerAddress()
                    + " was told of other members than this one or of another file to restore, or is of another cluster";
        } else {
            return true;
        }
        if (answer.stage() == Introduction.Stage.STARTED) {
            throw new IOException(problem + "; give each node the same members, and its own name");
        }
        failures.put(asked, problem);
        return false;
    }

    private String missing() {
        var missing = others.keySet()
                .stream()
                .filter(node -> failures.containsKey(node) || !answers.containsKey(node))
                .map(node -> failures.getOrDefault(node, node.name() + " was not asked yet"))
                .sorted()
                .collect(Collectors.joining(", "));
        return missing.isEmpty() ? "some are not ready" : missing;
    }

    /** At once where it is something new, and else now and then. */
    private void say(String what) {
        var missing = missing();
        if (!missing.equals(lastSaid) || System.nanoTime() - lastWord > BETWEEN_WORDS.toNanos()) {
            lastWord = System.nanoTime();
            lastSaid = missing;
            LOG.atWarn().setMessage("{}: {}").addArgument(what).addArgument(missing).log();
        }
    }

    private void pause() throws IOException {
        try {
            if (stopped.await(BETWEEN_ROUNDS.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("was closed before all members were there");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it waited for other members", e);
        }
    }

    /** Whoever waits stops waiting. */
    void stop() {
        stopped.countDown();
    }

    @Override
    public void close() {
        others.values().forEach(ManagedChannel::shutdownNow);
    }
}
