package io.dflockd.replication;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.security.TlsConf.CertificatesConf;
import org.apache.ratis.security.TlsConf.PrivateKeyConf;
import org.apache.ratis.thirdparty.io.grpc.netty.GrpcSslContexts;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ClientAuth;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContextBuilder;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;

/**
 * TLS 1.3 between members, with the JDK's implementation. Both sides show a certificate of the authority, and who calls
 * checks that the other one's is for the host that it called.
 */
record PeerSecurity(SslContext called, SslContext calling, GrpcTlsConfig ofRatis) {
    private static final String PROTOCOL = "TLSv1.3";
    private static final String REMEDY = "give PEM files: a certificate, its key without a password, an authority";

    /** Reads the files, and sees whether they are what they should be. */
    static PeerSecurity of(PeerTls files) throws IOException {
        for (var file : new Path[]{files.cert(), files.key(), files.ca()}) {
            if (!Files.isReadable(file)) {
                throw new DataFolderException(file, "cannot be read, for the connections between members",
                        "give a file that is there and that this user may read");
            }
        }
        try {
            return new PeerSecurity(called(files), calling(files), ofRatis(files));
        } catch (IllegalArgumentException | SSLException e) {
            throw new DataFolderException(files.cert(),
                    "does not do for the connections between members, with " + files.key() + " and " + files.ca() + " ("
                            + LogMachine.rootOf(e).getMessage() + ")",
                    REMEDY, e);
        }
    }

    private static SslContext called(PeerTls files) throws SSLException {
        return GrpcSslContexts
                .configure(SslContextBuilder.forServer(files.cert().toFile(), files.key().toFile()), SslProvider.JDK)
                .trustManager(files.ca().toFile())
                .clientAuth(ClientAuth.REQUIRE)
                .protocols(PROTOCOL)
                .build();
    }

    private static SslContext calling(PeerTls files) throws SSLException {
        return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                .keyManager(files.cert().toFile(), files.key().toFile())
                .trustManager(files.ca().toFile())
                .protocols(PROTOCOL)
                .build();
    }

    private static GrpcTlsConfig ofRatis(PeerTls files) {
        return GrpcTlsConfig.newBuilder()
                .setPrivateKey(new PrivateKeyConf(files.key().toFile()))
                .setKeyCertificates(new CertificatesConf(files.cert().toFile()))
                .setTrustCertificates(new CertificatesConf(files.ca().toFile()))
                .setMutualTls(true)
                .setSslProvider(SslProvider.JDK)
                .setProtocols(PROTOCOL)
                .build();
    }
}
