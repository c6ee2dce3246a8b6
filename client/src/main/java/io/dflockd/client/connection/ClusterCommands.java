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

    private static Request request(Act act, String subject) {
        return new Request.Cluster(act, Checks.memberName(subject));
    }
}
