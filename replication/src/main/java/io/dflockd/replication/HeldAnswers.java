package io.dflockd.replication;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Answers to the parts of a snapshot, each of which goes when the next part is here, or the end of them. Ratis sends a part
 * before it notes that it did; an answer that is there in between it takes for one to nothing, and begins anew with the first
 * part. What follows a part shows that it was noted.
 */
final class HeldAnswers implements ServerInterceptor {
    /** Where nothing follows, the answer goes all the same. */
    private static final long LONGEST_MS = 100;

    private static final String PARTS = RaftServerProtocolServiceGrpc.getInstallSnapshotMethod().getFullMethodName();

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        if (!PARTS.equals(call.getMethodDescriptor().getFullMethodName())) {
            return next.startCall(call, headers);
        }
        var held = new Held<>(call);
        return new SimpleForwardingServerCallListener<>(next.startCall(held, headers)) {
            @Override
            public void onMessage(A part) {
                held.release();
                super.onMessage(part);
            }

            @Override
            public void onHalfClose() {
                held.releaseAll();
                super.onHalfClose();
            }
        };
    }

    /** A call lets only one thread at a time answer. */
    private static final class Held<A, B> extends SimpleForwardingServerCall<A, B> {
        private @Nullable B answer;
        private long count;
        private boolean isLast;
        private boolean hasEnded;

        Held(ServerCall<A, B> call) {
            super(call);
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            super.sendHeaders(headers);
        }

        /** One that comes when the end of the parts was here waits for nothing. */
        @Override
        public synchronized void sendMessage(B next) {
            release();
            answer = next;
            long mine = ++count;
            if (isLast) {
                release();
            } else {
                CompletableFuture.delayedExecutor(LONGEST_MS, TimeUnit.MILLISECONDS).execute(() -> release(mine));
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            release();
            hasEnded = true;
            super.close(status, trailers);
        }

        synchronized void releaseAll() {
            isLast = true;
            release();
        }

        synchronized void release() {
            B next = answer;
            answer = null;
            if (next != null && !hasEnded) {
                super.sendMessage(next);
            }
        }

        private synchronized void release(long number) {
            if (count == number) {
                release();
            }
        }
    }
}
