package io.dflockd.liquibase;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.LossReason;
import java.sql.SQLException;
import java.util.IdentityHashMap;
import java.util.Locale;
import liquibase.Scope;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.changelog.ChangeSet;
import liquibase.database.Database;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.DatabaseException;
import liquibase.executor.ExecutorService;
import liquibase.logging.Logger;
import liquibase.statement.SqlStatement;
import liquibase.statement.core.MarkChangeSetRanStatement;
import org.jspecify.annotations.Nullable;

/**
 * A lock that a migration holds, and the client that renews it. They hang on the database and not on the
 * {@link DflockdLockService} that acquired them: when a migration ends, Liquibase drops the lock services of all that run in
 * the process, so that the one which is asked to release is not the one which has acquired.
 */
final class MigrationLock {
    private static final IdentityHashMap<Database, MigrationLock> HELD = new IdentityHashMap<>();

    private final Database database;
    private final DflockdClient client;
    private final Lease lease;
    private final Logger log;
    /** The change set that began while the lock was held. Of the one thread that migrates. */
    private @Nullable ChangeSet begun;

    private MigrationLock(Database database, DflockdClient client, Lease lease) {
        this.database = database;
        this.client = client;
        this.lease = lease;
        this.log = Scope.getCurrentScope().getLog(MigrationLock.class);
    }

    static @Nullable MigrationLock of(Database database) {
        synchronized (HELD) {
            return HELD.get(database);
        }
    }

    /**
     * From now on the database is migrated under this lease.
     *
     * @throws DatabaseException when the database does not answer; {@link #release} is to be called then, too
     */
    static void hold(Database database, DflockdClient client, Lease lease) throws DatabaseException {
        database.rollback(); // what is read from here on is what whoever had the lock before has left
        database.setCanCacheLiquibaseTableInfo(true);
        var lock = new MigrationLock(database, client, lease);
        synchronized (HELD) {
            HELD.put(database, lock);
        }
        lock.log.info("migration lock " + lease.key() + " granted, fence " + lease.fence());
        var scope = Scope.getCurrentScope();
        var executor = scope.getSingleton(ExecutorService.class).getExecutor("jdbc", database);
        lock.tellOfLoss(executor instanceof GuardedExecutor || !executor.updatesDatabase());
        var history = scope.getSingleton(ChangeLogHistoryServiceFactory.class).getChangeLogService(database);
        history.reset();
        if (executor.updatesDatabase()) {
            history.init();
        }
    }

    private void tellOfLoss(boolean guarded) {
        var unused = lease.onLost(reason -> {
            log.severe(lost(reason) + (guarded ? "; no further change set begins" : "; its connection is ended"));
            if (!guarded) {
                endConnection();
            }
        });
    }

    /** For databases whose statements do not go through {@link GuardedExecutor}: those with an executor of their own. */
    private void endConnection() {
        try {
            if (database.getConnection() instanceof JdbcConnection connection) {
                var jdbc = connection.getUnderlyingConnection();
                jdbc.abort(Runnable::run);
                jdbc.close(); // there are drivers whose abort does nothing
            }
        } catch (SQLException e) {
            log.warning("the connection to the database did not end as it should", e);
        }
    }

    boolean isValid() {
        return lease.isValid();
    }

    /**
     * To be called before each statement. A change set that began with the lock and is no single transaction is brought to
     * its end and recorded, because half of it could not be taken back; all else ends here.
     *
     * @throws DatabaseException when the lock is lost
     */
    void require(@Nullable SqlStatement statement) throws DatabaseException {
        @Nullable ChangeSet changeSet = Scope.getCurrentScope().get(Scope.Attr.changeSet, ChangeSet.class);
        if (lease.isValid()) {
            begun = changeSet;
        } else if (changeSet == null || !changeSet.equals(begun) || isUndone(changeSet, statement)) {
            throw new DatabaseException("migration lock " + lease.key() + " (fence " + lease.fence() + ") is lost: "
                    + (changeSet == null ? "the migration" : "change set " + changeSet.toString(false))
                    + " ends before this statement, as somebody else may migrate by now");
        }
    }

    /** Whether the database takes back what the change set has done so far, when it fails now. */
    private boolean isUndone(ChangeSet changeSet, @Nullable SqlStatement statement) {
        return database.supportsDDLInTransaction() && changeSet.isRunInTransaction()
                && !(statement instanceof MarkChangeSetRanStatement);
    }

    private String lost(LossReason reason) {
        return "migration lock " + lease.key() + " (fence " + lease.fence() + ") lost, "
                + reason.name().toLowerCase(Locale.ROOT);
    }

    /** Gives back what the migration of this database holds; does nothing where it holds nothing. */
    static void release(Database database) {
        @Nullable MigrationLock lock;
        synchronized (HELD) {
            lock = HELD.remove(database);
        }
        if (lock != null) {
            lock.release();
        }
    }

    private void release() {
        try {
            database.setCanCacheLiquibaseTableInfo(false);
            database.rollback(); // nothing that is not committed may be so when somebody else has the lock
        } catch (DatabaseException e) {
            log.fine("no rollback before the lock is given back", e);
        } finally {
            lease.close();
            client.close();
            log.info("migration lock " + lease.key() + " released");
        }
    }
}
