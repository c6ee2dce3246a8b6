package io.dflockd.server;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for this machine, in two files, and clients that trust it. */
record TestCertificate(Path certificateFile, Path keyFile, X509Certificate certificate) {
    static TestCertificate issue(Path folder) throws Exception {
        var bundle = new CertificateBuilder()
                .subject("CN=test")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        return new TestCertificate(
                Files.writeString(folder.resolve("cert.pem"), bundle.getCertificatePathPEM()),
                Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM()),
                bundle.getCertificate());
    }

    ServerConfig.Builder configure(ServerConfig.Builder config) {
        return config.set(Setting.TLS_CERT, certificateFile.toString()).set(Setting.TLS_KEY, keyFile.toString());
    }

    /** A socket with a small buffer for what it receives. */
    SSLSocket connect(InetSocketAddress address, int receiveBufferBytes)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("server", certificate);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        var socket = (SSLSocket) context.getSocketFactory().createSocket();
        socket.setReceiveBufferSize(receiveBufferBytes);
        socket.setTcpNoDelay(true);
        socket.connect(address);
        return socket;
    }
}
