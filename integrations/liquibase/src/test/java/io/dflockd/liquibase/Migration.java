package io.dflockd.liquibase;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.concurrent.CompletableFuture;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;

/** A program that migrates its database. */
final class Migration {
    private Migration() {}

    /** Stops at its first change set for ever, and says so. */
    public static void main(String[] args) throws Exception {
        Gate.open = new CompletableFuture<>();
        var unused = Gate.arrived.thenRun(() -> System.out.println("migrating"));
        run(args[0]);
    }

    static void run(String url) throws Exception {
        try (var connection = observed(DriverManager.getConnection(url))) {
            var database = DatabaseFactory.getInstance()
                    .findCorrectDatabaseImplementation(new JdbcConnection(connection));
            try (var liquibase = new Liquibase("changes.sql", new ClassLoaderResourceAccessor(), database)) {
                liquibase.update("");
            }
        }
    }

    /** Tells the gate when the connection is aborted. */
    private static Connection observed(Connection connection) {
        return (Connection) Proxy.newProxyInstance(Migration.class.getClassLoader(), new Class<?>[]{Connection.class},
                (proxy, method, args) -> {
                    if (method.getName().equals("abort")) {
                        Gate.aborted.complete(null);
                    }
                    try {
                        return method.invoke(connection, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
