package io.dflockd.liquibase;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.DeniedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.NoAnswerException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import liquibase.GlobalConfiguration;
import liquibase.Scope;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.database.Database;
import liquibase.database.OfflineConnection;
import liquibase.exception.DatabaseException;
import liquibase.exception.LockException;
import liquibase.lockservice.DatabaseChangeLogLock;
import liquibase.lockservice.LockService;
import liquibase.lockservice.StandardLockService;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a migration as a lease that renews itself, in place of the row in {@code DATABASECHANGELOGLOCK} that a killed
 * process leaves locked for ever. Found by the service loader, with a higher priority than Liquibase's own; Liquibase makes
 * one for each database, which is used by one thread. {@link DflockdSettings} says where the server is. Where that cannot
 * be reached, nothing is migrated.
 *
 * <p>When the lease is lost while the migration runs, no further change set begins: {@link GuardedExecutor}.
 */
public final class DflockdLockService implements LockService {
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
    private static final int PRIORITY = PRIORITY_DATABASE + 5;
    private static final int HASH_LENGTH = 16;
    /** A hundred years. */
    private static final long LONGEST_WAIT_MINUTES = 100L * 365 * 24 * 60;

    private @Nullable Database database;
    private @Nullable Long waitMinutes;

    /** For the service loader. */
    public DflockdLockService() {}

    @Override
    public int getPriority() {
        return PRIORITY;
    }

    @Override
    public boolean supports(Database one) {
        return DflockdSettings.ENABLED.getCurrentValue() && !(one.getConnection() instanceof OfflineConnection);
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

    /** Whether it is held now, and provably so. */
    @Override
    public boolean hasChangeLogLock() {
        @Nullable MigrationLock lock = MigrationLock.of(database());
        return lock != null && lock.isValid();
    }

    /**
     * Waits for its turn, at most for {@code liquibase.changelogLockWaitTimeInMinutes}; so long it also goes on trying where
     * the server cannot be reached.
     *
     * @throws LockException when it does not come in that time, or the server cannot be reached or refuses
     */
    @Override
    public void waitForLock() throws LockException {
        long minutes = waitMinutes == null ? waitMinutes() : waitMinutes;
        var key = key();
        if (!acquire(key, Duration.ofMinutes(valid(minutes)))) {
            throw new LockException("migration lock " + key + " at " + DflockdSettings.server()
                    + ": not granted within " + minutes + " min" + heldBy(key));
        }
    }

    /** Tries once. */
    @Override
    public boolean acquireLock() throws LockException {
        return acquire(key(), Duration.ZERO);
    }

    private boolean acquire(String key, Duration wait) throws LockException {
        if (hasChangeLogLock()) {
            return true;
        }
        MigrationLock.release(database());
        @Nullable DflockdClient client = null;
        boolean isHeld = false;
        try {
            database().rollback(); // whoever waits holds nothing that the one who migrates may need
            client = DflockdSettings.newClient();
            var lease = take(client, key, wait);
            if (lease.isPresent()) {
                MigrationLock.hold(database(), client, lease.get());
                isHeld = true;
            }
            return isHeld;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockException("migration lock " + key + ": interrupted while waiting", e);
        } catch (DflockdException | IllegalArgumentException | DatabaseException e) {
            throw new LockException("migration lock " + key + ": " + e.getMessage(), e);
        } finally {
            if (!isHeld) {
                MigrationLock.release(database());
                if (client != null) {
                    client.close(); // and with it the lease, if there is one
                }
            }
        }
    }

    /** Tries first, so that whoever has to wait can say so; again and again where the server is not there. */
    private static Optional<Lease> take(DflockdClient client, String key, Duration wait) throws InterruptedException {
        var lock = client.lock(key);
        long begin = System.nanoTime();
        var log = Scope.getCurrentScope().getLog(DflockdLockService.class);
        var next = Duration.ZERO;
        boolean isTold = false;
        do {
            try {
                var taken = lock.tryAcquire(next);
                if (taken.isPresent() || wait.isZero() || !next.isZero()) {
                    return taken;
                }
                log.info("waiting for migration lock " + key + Holders.described(key));
            } catch (ConnectionFailedException | NoAnswerException e) {
                var left = left(wait, begin);
                if (left.isZero()) {
                    throw e;
                }
                if (!isTold) {
                    isTold = true;
                    log.warning("migration lock " + key + ": " + e.getMessage() + "; tries for "
                            + wait.toMinutes() + " min at most");
                }
                TimeUnit.MILLISECONDS.sleep(Math.min(BETWEEN_TRIES.toMillis(), left.toMillis()));
            }
            next = left(wait, begin);
        } while (!next.isZero());
        return lock.tryAcquire();
    }

    private static Duration left(Duration wait, long begin) {
        var left = wait.minusNanos(System.nanoTime() - begin);
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public void releaseLock() {
        MigrationLock.release(database());
    }

    /**
     * Whoever has it now, by the server.
     *
     * @throws LockException when the server does not tell
     */
    @Override
    public DatabaseChangeLogLock[] listLocks() throws LockException {
        var key = key();
        try {
            var locks = new ArrayList<DatabaseChangeLogLock>();
            for (var holder : Holders.of(key)) {
                locks.add(new DatabaseChangeLogLock(locks.size() + 1, Date.from(holder.since()), holder.toString()));
            }
            return locks.toArray(new DatabaseChangeLogLock[0]);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockException("migration lock " + key + ": interrupted while asking who has it", e);
        } catch (DflockdException | IllegalArgumentException e) {
            throw new LockException("migration lock " + key + ": " + e.getMessage(), e);
        }
    }

    /**
     * Takes it away from whoever has it, which ends his migration before its next change set. Seldom needed: the lock of a
     * process that died ends by itself, within seconds.
     *
     * @throws LockException when the server does not let this client do so
     */
    @Override
    public void forceReleaseLock() throws LockException {
        MigrationLock.release(database());
        var key = key();
        try {
            Holders.revoke(key);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockException("migration lock " + key + ": interrupted while taking it away", e);
        } catch (DeniedException e) {
            throw new LockException("migration lock " + key + heldBy(key) + ": this client may not take it away; "
                    + DflockdSettings.AUTH_TOKEN.getKey()
                    + " has to be that of an administrator, or of who has the right"
                    + " release. It ends by itself soon after its process", e);
        } catch (DflockdException | IllegalArgumentException e) {
            throw new LockException("migration lock " + key + ": " + e.getMessage(), e);
        }
    }

    /** Forgets what is known of the change sets that have run, and no more: what is held goes on. */
    @Override
    public void reset() {
        if (database != null) {
            Scope.getCurrentScope()
                    .getSingleton(ChangeLogHistoryServiceFactory.class)
                    .getChangeLogService(database)
                    .reset();
        }
    }

    /** Nothing is made in the database. */
    @Override
    public void init() {}

    /** Drops the table of Liquibase's own lock service, where that has been used before. */
    @Override
    public void destroy() throws DatabaseException {
        var standard = new StandardLockService();
        standard.setDatabase(database());
        standard.destroy();
    }

    /** For how long is waited where nothing else was said. */
    static long waitMinutes() throws LockException {
        return valid(GlobalConfiguration.CHANGELOGLOCK_WAIT_TIME.getCurrentValue());
    }

    private static long valid(long minutes) throws LockException {
        if (minutes < 0) {
            throw new LockException(GlobalConfiguration.CHANGELOGLOCK_WAIT_TIME.getKey() + " is " + minutes
                    + "; valid is 0 or more");
        }
        return Math.min(minutes, LONGEST_WAIT_MINUTES);
    }

    private static String heldBy(String key) {
        try {
            return Holders.described(key);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private Database database() {
        return Objects.requireNonNull(database, "no database was set");
    }

    private String key() {
        @Nullable String key = DflockdSettings.key();
        return key == null ? keyOf(database().getConnection().getURL()) : key;
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
