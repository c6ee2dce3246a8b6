package io.dflockd.client.connection;

import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DeniedException;
import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Request.Cluster.Act;

/**
 * What the operator of a cluster asks and has it do. A server that is no member of one, or does not know these commands,
 * answers with {@link ServerErrorException}.
 */
public final class ClusterCommands {
    private final Calls calls;

    ClusterCommands(Calls calls) {
        this.calls = calls;
    }

    /**
     * How the cluster and its members are, as the leader knows it: a JSON object on one line.
     *
     * @throws ServerErrorException from a server that is alone
     */
    public String status() throws InterruptedException {
        return calls.call(new Request.Cluster(Act.STATUS, ""), Calls::text);
    }

    /**
     * Has the member lead that has most of the log beside the leader. When this is done the leader ends its connections, so
     * the answer is a JSON object that says why it is not done, or a {@link ConnectionLostException}; who leads then is
     * known by asking again.
     *
     * @throws DeniedException where the token of administrators was not shown
     */
    public String transfer() throws InterruptedException {
        return calls.call(new Request.Cluster(Act.TRANSFER, ""), Calls::text);
    }

    /** As {@link #transfer()}; the member of this name. */
    public String transfer(String name) throws InterruptedException {
        return calls.call(request(Act.TRANSFER, name), Calls::text);
    }

    /**
     * Makes a node a member, which was started to join: {@code n4=10.0.0.4:6388:6390}, its name, its host, the port for
     * clients and the one for members. Returns a JSON object with {@code done}, and {@code result} or {@code reason}; a node
     * that needs longer to catch up is a member as soon as {@link #status} lists it.
     *
     * @throws DeniedException where the token of administrators was not shown
     */
    public String add(String node) throws InterruptedException {
        return calls.call(new Request.Cluster(Act.ADD, Checks.newMember(node)), Calls::text);
    }

    /**
     * Has the cluster go on without a member; a node that is removed must not come back under its name. Returns as
     * {@link #add}. Where it is the one that leads another is made leader first, as by {@link #transfer()}; ask that one again.
     *
     * @throws DeniedException where the token of administrators was not shown
     */
    public String remove(String name) throws InterruptedException {
        return calls.call(request(Act.REMOVE, name), Calls::text);
    }

    /**
     * Changes a limit that all members hold to, from now on and over restarts: its name and its value are those of the server's
     * setting, as in {@code max-locks} and {@code 100000}. Returns as {@link #add}.
     *
     * @throws DeniedException where the token of administrators was not shown
     */
    public String set(String name, String value) throws InterruptedException {
        return calls.call(new Request.Cluster(Act.SET, Checks.setting(name, value)), Calls::text);
    }

    /**
     * Puts the newest rules in force that all members know, as a new release has some. A member that does not know them
     * cannot come back. Returns as {@link #add}.
     *
     * @throws DeniedException where the token of administrators was not shown
     */
    public String upgrade() throws InterruptedException {
        return calls.call(new Request.Cluster(Act.UPGRADE, ""), Calls::text);
    }

    private static Request request(Act act, String subject) {
        return new Request.Cluster(act, Checks.memberName(subject));
    }
}
