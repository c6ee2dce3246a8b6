package io.dflockd.server.config;

import java.util.OptionalInt;

/** Which settings do not go together, although each is valid by itself. */
final class Consistency {
    private Consistency() {}

    /** Throws {@link ConfigException}, which names both. */
    static void require(ServerConfig config) {
        refuseWhere(config.tlsCert().isPresent() != config.tlsKey().isPresent(),
                "--tls-cert and --tls-key must be given both or neither");
        refuseWhere(config.tlsClientCa().isPresent() && config.tlsCert().isEmpty(),
                "--tls-client-ca needs --tls-cert and --tls-key");
        refuseWhere(config.adminTlsCert().isPresent() != config.adminTlsKey().isPresent(),
                "--admin-tls-cert and --admin-tls-key must be given both or neither");
        refuseWhere(!config.adminTls() && config.adminTlsCert().isPresent(),
                "--admin-tls-cert and --admin-tls false exclude each other");
        refuseWhere(
                config.adminTlsClientCa().isPresent()
                        && (!config.adminTls() || (config.adminTlsCert().isEmpty() && config.tlsCert().isEmpty())),
                "--admin-tls-client-ca needs --admin-tls-cert or --tls-cert, and --admin-tls true");
        refuseWhere(config.auditLog().isEmpty(),
                "--audit-log: \"\" is not valid, must be the path of a file, stderr or off");
        refuseWhere(config.auditsStrictly() && config.auditLog().equals("off"), "--audit-strict needs an --audit-log");
        refuseWhere(config.clientCertificatesAreOptional() && config.tlsClientCa().isEmpty(),
                "--tls-client-auth needs --tls-client-ca");
        refuseWhere(config.clientCertificatesAreOptional() && !config.isSomethingShown(),
                "--tls-client-auth optional needs --identities or --auth-token-file, else nobody need show anything");
        refuseWhere(
                config.legacyPort().equals(OptionalInt.of(config.port())) && config.port() != 0
                        && config.legacyHost().equals(config.host()),
                "--legacy-port: \"%d\" is also --port, must be another one".formatted(config.port()));
        refuseWhere(config.isLegacyHostGiven() && config.legacyPort().isEmpty(), "--legacy-host needs --legacy-port");
        refuseWhere(
                config.isAdminPortGiven() && config.adminPort().equals(OptionalInt.of(config.port()))
                        && config.port() != 0
                        && config.adminHost().equals(config.host()),
                "--admin-port: \"%d\" is also --port, must be another one".formatted(config.port()));
        boolean isDurable = config.dataDir().isPresent();
        refuseWhere(!isDurable && config.acceptsLogLoss(), "--accept-log-loss needs --data-dir");
        refuseWhere(!isDurable && config.minFreeDisk().isPresent(), "--min-free-disk needs --data-dir");
        refuseWhere(!isDurable && config.restore().isPresent(), "--restore needs --data-dir");
        refuseWhere(config.restore().isPresent() && config.cluster().isPresent() && config.joins(),
                "--restore is for a first start; whoever has --join gets the state from the others");
        requireRoom(config, Runtime.getRuntime().maxMemory());
    }

    private static void requireRoom(ServerConfig config, long heapBytes) {
        long most = LimitSettings.mostMemoryBytes(heapBytes);
        refuseWhere(config.cluster().isPresent() && config.maxMemoryBytes() > most,
                "--max-memory: %d is not valid, in a cluster it must be at most 40%% of the heap, which is %d"
                        .formatted(
                                config.maxMemoryBytes(), most));
    }

    private static void refuseWhere(boolean isInconsistent, String why) {
        if (isInconsistent) {
            throw new ConfigException(why);
        }
    }
}
