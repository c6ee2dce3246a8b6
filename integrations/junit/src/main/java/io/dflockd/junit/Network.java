package io.dflockd.junit;

import io.dflockd.testkit.Cable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.IntConsumer;

/** The network in front of a server. */
final class Network implements Faults, AutoCloseable {
    private final Cable cable;
    private volatile boolean whole = true;

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

    @Override
    public void cut() {
        cable.reset(Duration.ZERO);
    }

    @Override
    public void refuse() {
        whole = false;
        cable.refuse();
    }

    @Override
    public void delay(Duration longer) {
        if (longer.isNegative()) {
            throw new IllegalArgumentException("the delay is " + longer + "; valid is zero or more");
        }
        cable.delay(longer);
    }

    @Override
    public void stall() {
        whole = false;
        cable.stall(Cable.Way.UP, Cable.Way.DOWN);
    }

    @Override
    public void halfOpen() {
        whole = false;
        cable.resetServer();
    }

    @Override
    public void heal() {
        cable.mend();
        whole = true;
    }

    @Override
    public void close() {
        cable.close();
    }
}
