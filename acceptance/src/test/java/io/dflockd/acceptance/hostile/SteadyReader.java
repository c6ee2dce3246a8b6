package io.dflockd.acceptance.hostile;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Reads slowly, but never stops. */
final class SteadyReader implements AutoCloseable {
    private static final int STEP = 1 << 14;

    private final Socket socket = new Socket();

    SteadyReader(InetSocketAddress server, int receiveBuffer) throws IOException {
        socket.setReceiveBufferSize(receiveBuffer);
        socket.setSoTimeout((int) Peer.DEADLINE.toMillis());
        socket.connect(server);
    }

    void say(String text) throws IOException {
        socket.getOutputStream().write(Requests.bytes(text));
    }

    /** What came before the end of the last line, or of the connection. */
    record Read(int lines, long bytes) {}

    /** Reads so many lines at so many bytes a second. */
    Read read(int lines, int bytesPerSecond) throws IOException {
        var step = new byte[STEP];
        long begun = System.nanoTime();
        long bytes = 0;
        int seen = 0;
        while (seen < lines) {
            int count = readSome(step);
            if (count < 0) {
                break;
            }
            bytes += count;
            for (int i = 0; i < count; i++) {
                seen += step[i] == '\n' ? 1 : 0;
            }
            LockSupport.parkNanos(begun + TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond - System.nanoTime());
        }
        return new Read(seen, bytes);
    }

    /** A connection that was reset is one that ended. */
    private int readSome(byte[] into) {
        try {
            return socket.getInputStream().read(into);
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
