package io.dflockd.server;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * SIGHUP: by custom the wish that a server reads its files again. Where it comes while the server starts, which may take minutes, it
 * must not end it; what is wished is done when it has started, as some files may have been read before they changed. Thread-safe.
 */
final class Hangup {
    private @Nullable Runnable action;
    private boolean came;

    private Hangup() {}

    /**
     * From now on SIGHUP does not end the process. {@code sun.misc.Signal}, by reflection: the compiler warns of that class in a way
     * that cannot be answered.
     */
    static Hangup caught() {
        var hangup = new Hangup();
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var proxy = Proxy.newProxyInstance(
                    Hangup.class.getClassLoader(), new Class<?>[]{handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            hangup.comes();
                        }
                        return null;
                    });
            var unusedFormer = signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM does not let SIGHUP be handled", e);
        }
        return hangup;
    }

    /** Has this run at each SIGHUP from now on, and at once where one has come. */
    synchronized void handle(Runnable reload) {
        action = reload;
        if (came) {
            reload.run();
        }
    }

    private synchronized void comes() {
        came = true;
        if (action != null) {
            action.run();
        }
    }
}
