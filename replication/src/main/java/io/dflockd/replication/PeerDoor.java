package io.dflockd.replication;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCalls;

/**
 * What a node lets others do at its peer address: introduce themselves, and speak Raft. Ratis would also let them change the
 * members and delete the log there.
 */
final class PeerDoor implements GrpcServices.Customizer {
    private static final String SERVICE = "io.dflockd.Peers";
    /** One introduction for another. */
    static final MethodDescriptor<Introduction, Introduction> INTRODUCE = MethodDescriptor
            .<Introduction, Introduction>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "introduce"))
            .setRequestMarshaller(new Octets())
            .setResponseMarshaller(new Octets())
            .build();

    private static final Set<String> OPEN = Set.of(SERVICE, RaftServerProtocolServiceGrpc.SERVICE_NAME);
    private static final long LONGEST_STOP_SECONDS = 2;
    private static final long LONGEST_VISIT_SECONDS = 1;

    private final Supplier<Introduction> own;

    /** {@code own}: what this node says of itself. */
    PeerDoor(Supplier<Introduction> own) {
        this.own = own;
    }

    @Override
    public NettyServerBuilder customize(NettyServerBuilder builder, EnumSet<GrpcServices.Type> ignoredAsOneServesAll) {
        return builder
                .addService(ServerServiceDefinition.builder(SERVICE)
                        .addMethod(INTRODUCE, ServerCalls.asyncUnaryCall((other, reply) -> {
                            reply.onNext(own.get());
                            reply.onCompleted();
                        }))
                        .build())
                .intercept(new HeldAnswers())
                .intercept(new Limit());
    }

    /**
     * Sees whether one can listen there, without letting anybody in: whoever came would take this for Raft, and stay.
     *
     * @throws IOException where one cannot; the message says what to do
     */
    static void requireFree(PeerAddress address) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address.host(), address.port()));
        } catch (IOException | IllegalArgumentException e) {
            throw cannotListen(address, e);
        }
    }

    private static IOException cannotListen(PeerAddress address, Exception why) {
        return new IOException("cannot listen for other members at " + address.host() + ":" + address.port() + " ("
                + LogMachine.rootOf(why).getMessage() + "); free it, or name an address of this machine", why);
    }

    /** Listens, as long as nobody may speak Raft yet. Nobody stays for long: what asks for Raft too early must find it later. */
    Server open(PeerAddress address, Optional<PeerSecurity> security) throws IOException {
        var builder = NettyServerBuilder.forAddress(new InetSocketAddress(address.host(), address.port()))
                .maxInboundMessageSize(Introduction.MAX_BYTES)
                .maxConnectionAge(LONGEST_VISIT_SECONDS, TimeUnit.SECONDS)
                .maxConnectionAgeGrace(LONGEST_VISIT_SECONDS, TimeUnit.SECONDS);
        security.ifPresent(tls -> builder.sslContext(tls.called()));
        try {
            return customize(builder, EnumSet.of(GrpcServices.Type.SERVER)).build().start();
        } catch (IOException e) {
            throw cannotListen(address, e);
        }
    }

    /** The address is free for Ratis when this returns. */
    static void close(Server server) {
        server.shutdownNow();
        try {
            server.awaitTermination(LONGEST_STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Limit implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            if (OPEN.contains(String.valueOf(call.getMethodDescriptor().getServiceName()))) {
                return next.startCall(call, headers);
            }
            call.close(Status.PERMISSION_DENIED, new Metadata());
            return new ServerCall.Listener<>() {
            };
        }
    }

    private static final class Octets implements MethodDescriptor.Marshaller<Introduction> {
        @Override
        public InputStream stream(Introduction introduction) {
            return new ByteArrayInputStream(introduction.octets());
        }

        @Override
        public Introduction parse(InputStream in) {
            try {
                return Introduction.of(in.readNBytes(Introduction.MAX_BYTES));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
