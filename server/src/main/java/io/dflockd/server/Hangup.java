package io.dflockd.server;

import java.lang.reflect.Proxy;

/** SIGHUP: by custom the wish that a server reads its files again. */
final class Hangup {
    private Hangup() {}

    /**
     * Has this run at each SIGHUP from now on, instead of the end of the process. {@code sun.misc.Signal}, by reflection: the
     * compiler warns of that class in a way that cannot be answered.
     */
    static void handle(Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var proxy = Proxy.newProxyInstance(
                    Hangup.class.getClassLoader(), new Class<?>[]{handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            var unusedFormer = signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM does not let SIGHUP be handled", e);
        }
    }
}
