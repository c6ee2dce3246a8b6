package io.dflockd.liquibase;

import java.util.List;
import liquibase.changelog.ChangeSet;
import liquibase.exception.DatabaseException;
import liquibase.exception.UnexpectedLiquibaseException;
import liquibase.executor.jvm.JdbcExecutor;
import liquibase.lockservice.LockServiceFactory;
import liquibase.sql.visitor.SqlVisitor;
import liquibase.statement.SqlStatement;
import liquibase.statement.core.CreateDatabaseChangeLogTableStatement;
import org.jspecify.annotations.Nullable;

/**
 * Liquibase's executor, which lets no change set begin after the lock is lost. Found by the service loader, and chosen where
 * Liquibase would take its standard one; without a lock of {@link DflockdLockService} it is nothing else than that.
 *
 * <p>Liquibase makes the table of change sets before it takes the lock, so that two which begin at once collide. Here it is
 * made under the lock.
 */
public final class GuardedExecutor extends JdbcExecutor {
    /** For the service loader. */
    public GuardedExecutor() {}

    @Override
    public int getPriority() {
        return PRIORITY_DEFAULT + 1;
    }

    @Override
    public void modifyChangeSet(ChangeSet changeSet) {
        try {
            require(null);
        } catch (DatabaseException e) {
            throw new UnexpectedLiquibaseException(e.getMessage(), e);
        }
        super.modifyChangeSet(changeSet);
    }

    @Override
    public void execute(SqlStatement sql, List<SqlVisitor> visitors) throws DatabaseException {
        if (sql instanceof CreateDatabaseChangeLogTableStatement && MigrationLock.of(database) == null
                && LockServiceFactory.getInstance().getLockService(database) instanceof DflockdLockService) {
            return; // comes again as soon as the lock is there
        }
        require(sql);
        super.execute(sql, visitors);
    }

    @Override
    public int update(SqlStatement sql, List<SqlVisitor> visitors) throws DatabaseException {
        require(sql);
        return super.update(sql, visitors);
    }

    private void require(@Nullable SqlStatement sql) throws DatabaseException {
        @Nullable MigrationLock lock = MigrationLock.of(database);
        if (lock != null) {
            lock.require(sql);
        }
    }
}
