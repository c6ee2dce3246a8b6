package io.dflockd.benchmarks.target;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZooKeeperServerMain;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * A ZooKeeper on the loopback interface, as its own start script would run it, less the administration page. Alone, or where
 * its number and the members are given, as one of them.
 */
final class ZooKeeperProcess {
    private static final int ALONE = 2;

    private ZooKeeperProcess() {}

    public static void main(String[] arguments) throws Exception {
        System.setProperty("zookeeper.admin.enableServer", "false");
        var settings = new Properties();
        settings.setProperty("clientPort", arguments[0]);
        settings.setProperty("clientPortAddress", "127.0.0.1");
        settings.setProperty("dataDir", arguments[1]);
        settings.setProperty("maxClientCnxns", "0");
        var parsed = new QuorumPeerConfig();
        if (arguments.length == ALONE) {
            parsed.parseProperties(settings);
            var config = new ServerConfig();
            config.readFrom(parsed);
            new ZooKeeperServerMain().runFromConfig(config);
        } else {
            Files.writeString(Path.of(arguments[1], "myid"), arguments[2]);
            settings.setProperty("tickTime", "2000");
            settings.setProperty("initLimit", "10");
            settings.setProperty("syncLimit", "5");
            int number = 1;
            for (var member : arguments[3].split(",", -1)) {
                settings.setProperty("server." + number++, member);
            }
            parsed.parseProperties(settings);
            new QuorumPeerMain().runFromConfig(parsed);
        }
    }
}
