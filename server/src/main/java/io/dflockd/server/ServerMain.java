package io.dflockd.server;

import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ConfigLoader;
import io.dflockd.server.config.ConfigLoader.Wish;
import io.dflockd.server.config.HelpText;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.service.Version;
import io.dflockd.transport.Addresses;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** The program {@code dflockd}. */
public final class ServerMain {
    /** For a stop that waits for its clients however long they take. */
    private static final Duration FOR_EVER = Duration.ofDays(365);
    /** What it takes beside the waits. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);
    private static final int BROKEN = 1;
    private static final int CANNOT_START = 2;
    private static final int CANNOT_STORE = 3;

    private ServerMain() {}

    /**
     * Runs until it gets SIGINT or SIGTERM. Exit status 0 after that, 1 after a failure, 2 where it cannot start, 3 where it
     * cannot write what it is to keep.
     */
    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        try {
            switch (ConfigLoader.load(List.of(arguments), System.getenv())) {
                case Wish.Help help -> System.out.print(HelpText.render());
                case Wish.Version version -> System.out.println("dflockd " + Version.current());
                case Wish.Serve wish -> serve(wish.config());
            }
        } catch (ConfigException e) {
            Logging.finish();
            System.err.println("dflockd: " + e.getMessage());
            System.exit(CANNOT_START);
        } catch (RuntimeException | Error e) {
            // Whatever else was begun must not keep a process alive that serves nobody.
            Logging.finish();
            e.printStackTrace();
            Runtime.getRuntime().halt(BROKEN);
        }
    }

    private static void serve(ServerConfig config) throws InterruptedException, ExecutionException {
        Logging.configure(config.logsJson(), config.debug());
        var manager = ServiceManager.of(System.getenv(), ProcessHandle.current().pid());
        manager.starting();
        var hangup = Hangup.caught();
        var server = DflockdServer.start(config);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> stop(server, manager, config.shutdownDelay(), longestStop(config)), "dflockd-shutdown"));
        manager.ready("listens on " + Addresses.text(server.address()), server::lives);
        hangup.handle(() -> reload(server, manager));
        var reason = server.failure().toCompletableFuture().get();
        Logging.finish();
        Runtime.getRuntime().halt(reason instanceof IOException ? CANNOT_STORE : BROKEN);
    }

    private static Duration longestStop(ServerConfig config) {
        var timeout = config.shutdownTimeout().isZero() ? FOR_EVER : config.shutdownTimeout();
        return config.shutdownDelay().plus(timeout).plus(LAST_WORDS);
    }

    private static void reload(DflockdServer server, ServiceManager manager) {
        manager.reloading();
        try {
            var unusedLogged = server.reload();
        } catch (ConfigException e) {
            return; // what is wrong is in the log, and nothing has changed
        } finally {
            manager.reloaded();
        }
    }

    /** Ends the process itself: after a signal that was expected the status is 0, not the signal's. */
    private static void stop(DflockdServer server, ServiceManager manager, Duration delay, Duration most) {
        manager.stopping(most);
        if (!delay.isZero()) {
            try {
                server.retire(delay);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // nobody does; then at once
            }
        }
        server.close();
        Logging.finish();
        Runtime.getRuntime().halt(0);
    }
}
