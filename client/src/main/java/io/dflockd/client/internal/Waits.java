package io.dflockd.client.internal;

import io.dflockd.protocol.Request;

/** How long requests may wait at the server. */
public final class Waits {
    private Waits() {}

    /** The longest that the server itself may keep the request waiting; 0 for requests that never wait. */
    public static long seconds(Request request) {
        if (request instanceof Request.Acquire acquire) {
            return acquire.timeoutSeconds();
        }
        if (request instanceof Request.Wait wait) {
            return wait.timeoutSeconds();
        }
        if (request instanceof Request.BlockingPop pop) {
            return pop.timeoutSeconds();
        }
        return request instanceof Request.AwaitBarrier barrier ? barrier.timeoutSeconds() : 0;
    }

    /** Whether the answer gives something that would be left without an owner if nobody read it. */
    public static boolean givesSomething(Request request) {
        return request instanceof Request.Acquire || request instanceof Request.Enqueue
                || request instanceof Request.Wait || request instanceof Request.BlockingPop
                || request instanceof Request.AwaitBarrier;
    }
}
