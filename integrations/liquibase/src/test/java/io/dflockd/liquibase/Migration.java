package io.dflockd.liquibase;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import liquibase.Liquibase;
import liquibase.command.CommandScope;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.Database;
import liquibase.database.core.H2Database;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.jspecify.annotations.Nullable;

/** A program that migrates its database. */
final class Migration {
    private static volatile @Nullable Database opened;

    private Migration() {}

    /** The database that was opened last. */
    static Database opened() {
        return Objects.requireNonNull(opened, "none was opened");
    }

    static void forget() {
        opened = null;
    }

    /** Of a process of its own; tells when it is done. */
    public static void main(String[] args) throws Exception {
        run(args[0]);
        System.out.println("migrated");
    }

    static void run(String url) throws Exception {
        run(url, H2Database::new);
    }

    static void run(String url, Supplier<Database> kind) throws Exception {
        try (var liquibase = open(url, kind)) {
            liquibase.update("");
        }
    }

    static Liquibase open(String url) throws SQLException {
        return open(url, H2Database::new);
    }

    static Liquibase open(String url, Supplier<Database> kind) throws SQLException {
        return open(DriverManager.getConnection(url), kind.get());
    }

    static Liquibase open(Connection connection, Database database) {
        database.setConnection(new JdbcConnection(connection));
        opened = database;
        return new Liquibase("changes.sql", new ClassLoaderResourceAccessor(), database);
    }

    static FutureTask<@Nullable Void> start(String url) {
        return start(() -> run(url));
    }

    static FutureTask<@Nullable Void> start(Work work) {
        var task = new FutureTask<@Nullable Void>(() -> {
            work.run();
            return null;
        });
        var thread = new Thread(task, "migration");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    interface Work {
        void run() throws Exception;
    }

    /** One that commits each statement, as MySQL does with those that change tables. */
    static final class Committing extends H2Database {
        @Override
        public boolean supportsDDLInTransaction() {
            return false;
        }
    }

    /** What a command of Liquibase prints. */
    static String command(String url, String name) throws Exception {
        var output = new ByteArrayOutputStream();
        try (var liquibase = Migration.open(url)) {
            new CommandScope(name).addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG,
                    liquibase.getDatabase()).setOutput(output).execute();
        }
        return output.toString(StandardCharsets.UTF_8);
    }
}
