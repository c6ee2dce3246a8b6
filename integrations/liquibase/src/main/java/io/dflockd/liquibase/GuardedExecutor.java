package io.dflockd.liquibase;

import io.dflockd.client.Lease;
import io.dflockd.client.error.LeaseLostException;
import java.util.List;
import liquibase.database.Database;
import liquibase.exception.DatabaseException;
import liquibase.executor.jvm.JdbcExecutor;
import liquibase.sql.visitor.SqlVisitor;
import liquibase.statement.SqlStatement;

/** Changes the database while the lock is held, and not after that. */
final class GuardedExecutor extends JdbcExecutor {
    private final Lease lease;

    GuardedExecutor(Database database, Lease lease) {
        this.lease = lease;
        setDatabase(database);
    }

    @Override
    public void execute(SqlStatement sql, List<SqlVisitor> visitors) throws DatabaseException {
        requireLock();
        super.execute(sql, visitors);
    }

    @Override
    public int update(SqlStatement sql, List<SqlVisitor> visitors) throws DatabaseException {
        requireLock();
        return super.update(sql, visitors);
    }

    private void requireLock() throws DatabaseException {
        try {
            lease.ensureValid();
        } catch (LeaseLostException e) {
            throw new DatabaseException("the migration ends here: " + e.getMessage(), e);
        }
    }
}
