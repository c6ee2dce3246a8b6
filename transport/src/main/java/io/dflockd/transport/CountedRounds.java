package io.dflockd.transport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Says when an event loop has come around. Netty does not tell that, and with io_uring it fetches what came 128 times before
 * anything else of the loop runs, as its timers do and what other threads have for it.
 */
record CountedRounds(IoHandlerFactory inner) implements IoHandlerFactory {
    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new Handler(inner.newHandler(executor));
    }

    @Override
    public boolean isChangingThreadSupported() {
        return inner.isChangingThreadSupported();
    }

    private record Handler(IoHandler inner) implements IoHandler {
        @Override
        public int run(IoHandlerContext context) {
            Turns.current().beginRound();
            return inner.run(context);
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return inner.register(handle);
        }

        @Override
        public void initialize() {
            inner.initialize();
        }

        @Override
        public void prepareToDestroy() {
            inner.prepareToDestroy();
        }

        @Override
        public void destroy() {
            inner.destroy();
        }

        @Override
        public void wakeup() {
            inner.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return inner.isCompatible(type);
        }
    }
}
