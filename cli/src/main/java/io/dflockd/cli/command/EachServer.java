package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.line.Exit;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.ConnectionLostException;

/** Asks all servers in turn, also when one of them cannot be reached. */
final class EachServer {
    private EachServer() {}

    /** What to do with one server. */
    @FunctionalInterface
    interface Action {
        void run(ServerAddress server) throws InterruptedException;
    }

    static int run(Call call, Action action) throws InterruptedException {
        var exit = Exit.OK;
        for (var server : call.settings().servers()) {
            try {
                action.run(server);
            } catch (ConnectionFailedException | ConnectionLostException e) {
                call.warn(String.valueOf(e.getMessage()));
                exit = Exit.UNREACHABLE;
            }
        }
        return exit.status();
    }
}
