package io.dflockd.liquibase;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import liquibase.GlobalConfiguration;
import liquibase.command.CleanUpCommandStep;
import liquibase.command.CommandDefinition;
import liquibase.command.CommandResultsBuilder;
import liquibase.command.core.helpers.AbstractHelperCommandStep;
import liquibase.database.Database;
import liquibase.exception.LockException;
import liquibase.lockservice.LockServiceFactory;
import org.jspecify.annotations.Nullable;

/**
 * Part of each command that takes the lock. All threads of a process share the steps of a command in Liquibase 4, and with
 * them whether the lock was taken: so one that ends would leave its lock behind, and another one begin without it. Here
 * updates of one process run one after another, and when a command ends, so does the lock that its database has.
 */
public final class UpdateStep extends AbstractHelperCommandStep implements CleanUpCommandStep {
    /** Only these ask the shared state whether to take the lock. */
    private static final Set<String> UPDATES = Set.of("update", "migrate");
    private static final Set<String> LOCKING = Set.of("update", "migrate", "updateCount", "updateToTag",
            "updateTestingRollback", "rollback", "rollbackCount", "rollbackToDate", "changelogSync",
            "changelogSyncToTag",
            "clearChecksums", "markNextChangesetRan", "tag", "tagExists", "executeSql", "dbDoc", "updateSql",
            "migrateSql",
            "updateCountSql", "updateToTagSql", "rollbackSql", "rollbackCountSql", "rollbackToDateSql",
            "changelogSyncSql",
            "changelogSyncToTagSql", "markNextChangesetRanSql");
    /** After the helpers, before what they help. */
    private static final int ORDER = 500;
    private static final ReentrantLock RUNNING = new ReentrantLock(true);
    /** Of this thread: for each command that runs, whether it has a turn, the innermost first. */
    private static final ThreadLocal<Deque<Boolean>> TURNS = ThreadLocal.withInitial(ArrayDeque::new);

    /** For the service loader. */
    public UpdateStep() {}

    @Override
    public String[][] defineCommandNames() {
        return new String[][]{{"dflockdUpdateStep"}};
    }

    @Override
    public int getOrder(CommandDefinition command) {
        return LOCKING.contains(nameOf(command)) ? ORDER : super.getOrder(command);
    }

    @Override
    public List<Class<?>> requiredDependencies() {
        return List.of(Database.class);
    }

    @Override
    public void run(CommandResultsBuilder results) throws Exception {
        boolean ordered = isOrdered(results);
        if (ordered) {
            awaitTurn();
        }
        TURNS.get().push(ordered);
    }

    private static void awaitTurn() throws LockException, InterruptedException {
        long minutes = DflockdLockService.waitMinutes();
        if (!RUNNING.tryLock(minutes, TimeUnit.MINUTES)) {
            throw new LockException("another thread of this process has been migrating for " + minutes
                    + " min; Liquibase migrates in one thread at a time, and waits for "
                    + GlobalConfiguration.CHANGELOGLOCK_WAIT_TIME.getKey());
        }
    }

    @Override
    public void cleanUp(CommandResultsBuilder results) {
        try {
            @Nullable Database database = (Database) results.getCommandScope().getDependency(Database.class);
            if (database != null) {
                MigrationLock.release(database);
            }
        } finally {
            endTurn();
        }
    }

    private static void endTurn() {
        var turns = TURNS.get();
        @Nullable Boolean ordered = turns.poll();
        if (turns.isEmpty()) {
            TURNS.remove();
        }
        if (Boolean.TRUE.equals(ordered)) {
            RUNNING.unlock();
        }
    }

    /** Not where the lock is none of ours. */
    private static boolean isOrdered(CommandResultsBuilder results) {
        var database = (Database) results.getCommandScope().getDependency(Database.class);
        return UPDATES.contains(nameOf(results.getCommandScope().getCommand()))
                && LockServiceFactory.getInstance().getLockService(database) instanceof DflockdLockService;
    }

    private static String nameOf(CommandDefinition command) {
        return String.join(" ", Arrays.asList(command.getName()));
    }
}
