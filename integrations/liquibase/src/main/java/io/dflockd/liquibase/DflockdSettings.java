package io.dflockd.liquibase;

import liquibase.configuration.AutoloadedConfigurations;
import liquibase.configuration.ConfigurationDefinition;

/** What is set wherever Liquibase is: {@code liquibase.properties}, system properties, {@code LIQUIBASE_DFLOCKD_SERVER}. */
public final class DflockdSettings implements AutoloadedConfigurations {
    /** {@code liquibase.dflockd.server}: {@code host:port}, several nodes of one cluster with commas. */
    public static final ConfigurationDefinition<String> SERVER;
    /** {@code liquibase.dflockd.authToken}: what is shown to the server; none unless it is set. */
    public static final ConfigurationDefinition<String> AUTH_TOKEN;
    /** {@code liquibase.dflockd.key}: the name of the lock; {@code liquibase/} and a hash of the database's URL unless set. */
    public static final ConfigurationDefinition<String> KEY;

    static {
        var builder = new ConfigurationDefinition.Builder("liquibase.dflockd");
        SERVER = builder.define("server", String.class)
                .setDescription("Where the dflockd server is that keeps the lock")
                .setDefaultValue("127.0.0.1:6388")
                .build();
        AUTH_TOKEN = builder.define("authToken", String.class)
                .setDescription("What is shown to the dflockd server")
                .setValueObfuscator(token -> "*****")
                .build();
        KEY = builder.define("key", String.class)
                .setDescription("The name of the lock; all that migrate one database must have the same")
                .build();
    }

    /** For the service loader. */
    public DflockdSettings() {}
}
