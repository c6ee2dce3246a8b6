package io.dflockd.junit;

import io.dflockd.testkit.Cable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** The network in front of a server. */
final class Network implements Faults, AutoCloseable {
    private final Cable cable;
    private final AtomicInteger disturbances = new AtomicInteger();
    private volatile boolean whole = true;
    private volatile boolean prompt = true;

    Network(int port, IntConsumer connected) {
        cable = new Cable(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), connected);
    }

    int port() {
        return cable.address().getPort();
    }

    /** Whether what is sent arrives, as far as nobody has told otherwise since the last {@link #heal}. */
    boolean isWhole() {
        return whole;
    }

    boolean isPrompt() {
        return prompt;
    }

    /** How often it has been made to fail, or the server to begin anew: what was on the way then may never arrive. */
    int disturbances() {
        return disturbances.get();
    }

    void disturb() {
        disturbances.incrementAndGet();
    }

    @Override
    public void cut() {
        disturb();
        cable.reset(Duration.ZERO);
    }

    @Override
    public void refuse() {
        disturb();
        whole = false;
        cable.refuse();
    }

    @Override
    public void delay(Duration longer) {
        if (longer.isNegative()) {
            throw new IllegalArgumentException("the delay is " + longer + "; valid is zero or more");
        }
        disturb();
        prompt = longer.isZero();
        cable.delay(longer);
    }

    @Override
    public void stall() {
        disturb();
        whole = false;
        cable.stall(Cable.Way.UP, Cable.Way.DOWN);
    }

    @Override
    public void halfOpen() {
        disturb();
        whole = false;
        cable.resetServer();
    }

    @Override
    public void heal() {
        if (!whole || !prompt) {
            disturb(); // who came meanwhile may have half a connection
        }
        cable.mend();
        whole = true;
        prompt = true;
    }

    @Override
    public void close() {
        cable.close();
    }
}
