package io.dflockd.liquibase;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A connection that can be aborted while a statement runs, which H2 cannot. */
final class Abortable {
    private final Connection connection;
    private final Connection seen;
    private volatile boolean aborted;

    Abortable(Connection connection) {
        this.connection = connection;
        this.seen = (Connection) Proxy.newProxyInstance(Abortable.class.getClassLoader(),
                new Class<?>[]{Connection.class}, (proxy, method, args) -> call(proxy, method, args));
    }

    Connection seen() {
        return seen;
    }

    boolean isAborted() {
        return aborted;
    }

    @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself, whatever it stands for
    private @Nullable Object call(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
        switch (method.getName()) {
            case "abort" -> {
                aborted = true;
                return null;
            }
            case "equals" -> {
                return args != null && proxy == args[0];
            }
            case "createStatement", "prepareStatement", "commit" -> {
                if (aborted) {
                    throw new SQLException("the connection was aborted");
                }
            }
            default -> {}
        }
        try {
            return method.invoke(connection, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
