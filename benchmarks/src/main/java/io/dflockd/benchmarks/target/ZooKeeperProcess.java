package io.dflockd.benchmarks.target;

import java.util.Properties;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZooKeeperServerMain;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;

/** A single ZooKeeper on the loopback interface, as its own start script would run it, less the administration page. */
final class ZooKeeperProcess {
    private ZooKeeperProcess() {}

    public static void main(String[] arguments) throws Exception {
        System.setProperty("zookeeper.admin.enableServer", "false");
        var settings = new Properties();
        settings.setProperty("clientPort", arguments[0]);
        settings.setProperty("clientPortAddress", "127.0.0.1");
        settings.setProperty("dataDir", arguments[1]);
        settings.setProperty("maxClientCnxns", "0");
        var parsed = new QuorumPeerConfig();
        parsed.parseProperties(settings);
        var config = new ServerConfig();
        config.readFrom(parsed);
        new ZooKeeperServerMain().runFromConfig(config);
    }
}
