package io.dflockd.liquibase;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LossReason;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.Objects;
import liquibase.GlobalConfiguration;
import liquibase.Scope;
import liquibase.database.Database;
import liquibase.database.OfflineConnection;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LockException;
import liquibase.executor.ExecutorService;
import liquibase.executor.jvm.JdbcExecutor;
import liquibase.lockservice.DatabaseChangeLogLock;
import liquibase.lockservice.LockService;
import liquibase.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a migration as a lease that renews itself, in place of the row in {@code DATABASECHANGELOGLOCK} that a killed
 * process leaves locked for ever. Found by the service loader, with a higher priority than Liquibase's own; Liquibase makes
 * one for each database, which is used by one thread. {@link DflockdSettings} says where the server is.
 *
 * <p>Where the lease is lost while the migration runs, its JDBC connection is aborted, and no further statement is sent, so
 * that no further change set begins: somebody else may have begun to migrate.
 */
public final class DflockdLockService implements LockService {
    private static final int PRIORITY = PRIORITY_DATABASE + 5;
    private static final String JDBC = "jdbc";
    private static final int HASH_LENGTH = 16;

    private @Nullable Database database;
    private @Nullable DflockdClient client;
    private @Nullable Lease lease;
    private @Nullable Instant granted;
    private @Nullable Long waitMinutes;

    /** For the service loader. */
    public DflockdLockService() {}

    @Override
    public int getPriority() {
        return PRIORITY;
    }

    @Override
    public boolean supports(Database one) {
        return !(one.getConnection() instanceof OfflineConnection);
    }

    @Override
    public void setDatabase(Database one) {
        database = one;
    }

    @Override
    public void setChangeLogLockWaitTime(long minutes) {
        waitMinutes = minutes;
    }

    /** Has no meaning here: the server tells when it is our turn. */
    @Override
    public void setChangeLogLockRecheckTime(long seconds) {}

    @Override
    public boolean hasChangeLogLock() {
        return lease != null && lease.isValid();
    }

    /**
     * Waits for its turn, at most for {@code liquibase.changelogLockWaitTimeInMinutes}.
     *
     * @throws LockException when it does not come in that time, or the server cannot be reached
     */
    @Override
    public void waitForLock() throws LockException {
        long minutes = waitMinutes == null
                ? GlobalConfiguration.CHANGELOGLOCK_WAIT_TIME.getCurrentValue()
                : waitMinutes;
        if (!acquire(Duration.ofMinutes(minutes))) {
            throw new LockException(key() + " at " + DflockdSettings.SERVER.getCurrentValue() + ": not granted within "
                    + minutes + " min; `dflock holders " + key() + "` says who migrates");
        }
    }

    @Override
    public boolean acquireLock() throws LockException {
        return acquire(Duration.ZERO);
    }

    private boolean acquire(Duration wait) throws LockException {
        if (hasChangeLogLock()) {
            return true;
        }
        giveBack();
        try {
            var opened = DflockdClient.builder()
                    .server(DflockdSettings.SERVER.getCurrentValue())
                    .name("liquibase");
            @Nullable String token = DflockdSettings.AUTH_TOKEN.getCurrentValue();
            if (token != null) {
                opened.authToken(token);
            }
            client = opened.build();
            var taken = client.lock(key()).tryAcquire(wait);
            if (taken.isEmpty()) {
                giveBack();
                return false;
            }
            lease = taken.get();
        } catch (InterruptedException e) {
            giveBack();
            Thread.currentThread().interrupt();
            throw new LockException(key() + ": interrupted while waiting", e);
        } catch (DflockdException | IllegalArgumentException e) {
            giveBack();
            throw new LockException(e.getMessage(), e);
        }
        granted = Instant.now();
        var log = Scope.getCurrentScope().getLog(getClass());
        log.info("migration lock " + lease.key() + " granted, fence " + lease.fence());
        var migrated = Objects.requireNonNull(database, "no database was set");
        var executors = Scope.getCurrentScope().getSingleton(ExecutorService.class);
        if (executors.getExecutor(JDBC, migrated).getClass() == JdbcExecutor.class) {
            executors.setExecutor(JDBC, migrated, new GuardedExecutor(migrated, lease));
        }
        var unused = lease.onLost(reason -> abort(migrated, reason, log));
        return true;
    }

    /** On a thread of the client. */
    private static void abort(Database database, LossReason reason, Logger log) {
        log.severe("migration lock lost (" + reason
                + "): the connection to the database is ended, and with it the migration");
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

    @Override
    public void releaseLock() {
        giveBack();
    }

    private void giveBack() {
        if (lease != null) {
            var executors = Scope.getCurrentScope().getSingleton(ExecutorService.class);
            var migrated = Objects.requireNonNull(database, "no database was set");
            if (executors.getExecutor(JDBC, migrated) instanceof GuardedExecutor) {
                executors.clearExecutor(JDBC, migrated);
            }
            lease.close();
            lease = null;
            granted = null;
        }
        if (client != null) {
            client.close();
            client = null;
        }
    }

    /** Our own, where there is one. Who else has it, {@code dflock holders KEY} says. */
    @Override
    public DatabaseChangeLogLock[] listLocks() {
        return lease == null || granted == null
                ? new DatabaseChangeLogLock[0]
                : new DatabaseChangeLogLock[]{
                        new DatabaseChangeLogLock(1, Date.from(granted), "fence " + lease.fence())};
    }

    /**
     * Gives our own back, where there is one. That of somebody else ends by itself soon after its process.
     *
     * @throws LockException where somebody else has it
     */
    @Override
    public void forceReleaseLock() throws LockException {
        giveBack();
        if (!acquireLock()) {
            throw new LockException(key() + " is held by a process that lives, or died a moment ago; it ends with it."
                    + " An operator can free it: `dflock admin revoke`");
        }
        giveBack();
    }

    @Override
    public void reset() {
        giveBack();
    }

    /** Nothing is made in the database. */
    @Override
    public void init() {}

    @Override
    public void destroy() {
        giveBack();
    }

    private String key() {
        @Nullable String key = DflockdSettings.KEY.getCurrentValue();
        return key == null
                ? keyOf(Objects.requireNonNull(database, "no database was set").getConnection().getURL())
                : key;
    }

    /** Settings in the URL are left out: who migrates the same database may have others. */
    static String keyOf(String url) {
        try {
            var place = url.split("[?;]", 2)[0];
            var hash = MessageDigest.getInstance("SHA-256").digest(place.getBytes(UTF_8));
            return "liquibase/" + HexFormat.of().formatHex(hash).substring(0, HASH_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
