package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HeldAnswersTest {
    private final Call call = new Call();
    /** What Ratis answers with. */
    private ServerCall<InstallSnapshotRequestProto, InstallSnapshotReplyProto> within = call;
    private final ServerCall.Listener<InstallSnapshotRequestProto> parts = new HeldAnswers()
            .interceptCall(call, new Metadata(), (held, headers) -> {
                within = held;
                return new ServerCall.Listener<>() {
                };
            });

    @Test
    void anAnswerGoesWhenTheNextPartIsHere() {
        part();
        answer(0);
        assertThat(call.said).isEmpty();

        part();
        assertThat(call.said).isEqualTo(List.of("0"));
        answer(1);
        part();
        assertThat(call.said).isEqualTo(List.of("0", "1"));
    }

    @Test
    void theLastGoesWithTheEnd() {
        part();
        answer(0);
        parts.onHalfClose();
        assertThat(call.said).isEqualTo(List.of("0"));

        answer(1);
        within.close(Status.OK, new Metadata());
        assertThat(call.said).isEqualTo(List.of("0", "1", "OK"));
    }

    @Test
    void nothingThatWasSaidIsMissingWhereTheCallEnds() {
        part();
        answer(0);
        answer(1);
        within.close(Status.ABORTED, new Metadata());

        assertThat(call.said).isEqualTo(List.of("0", "1", "ABORTED"));
    }

    @Test
    void whereNothingFollowsItGoesAllTheSame() {
        part();
        answer(0);

        Eventually.await("it goes", Duration.ofSeconds(20), Duration.ofMillis(5), () -> !call.said.isEmpty());
    }

    private void part() {
        parts.onMessage(InstallSnapshotRequestProto.getDefaultInstance());
    }

    private void answer(int part) {
        within.sendMessage(InstallSnapshotReplyProto.newBuilder().setRequestIndex(part).build());
    }

    private static final class Call extends ServerCall<InstallSnapshotRequestProto, InstallSnapshotReplyProto> {
        private final List<String> said = new CopyOnWriteArrayList<>();

        @Override
        public void request(int ignoredAsAllCome) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(InstallSnapshotReplyProto answer) {
            said.add(Integer.toString(answer.getRequestIndex()));
        }

        @Override
        public void close(Status status, Metadata trailers) {
            said.add(status.getCode().name());
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<InstallSnapshotRequestProto, InstallSnapshotReplyProto> getMethodDescriptor() {
            return RaftServerProtocolServiceGrpc.getInstallSnapshotMethod();
        }
    }
}
