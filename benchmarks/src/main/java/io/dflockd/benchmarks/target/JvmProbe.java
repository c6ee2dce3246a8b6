package io.dflockd.benchmarks.target;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Looks into a JVM from outside. It is asked before and after the measured time, and in between costs it only the lines
 * that its collector logs. The management agent that this loads stays, with a few megabytes and some idle threads.
 */
final class JvmProbe implements Closeable {
    private final JMXConnector connector;
    private final ThreadMXBean threads;
    private final Path log;

    private JvmProbe(JMXConnector connector, ThreadMXBean threads, Path log) {
        this.connector = connector;
        this.threads = threads;
        this.log = log;
    }

    /** Whether the process runs a JVM. */
    static boolean isJvm(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "exe")).endsWith("java");
    }

    /** Attaches to a JVM of this user, which from then on writes down in {@code log} how long its collector stops it. */
    @SuppressWarnings("BanJNDI") // the peer is a process that we started
    static JvmProbe attach(long pid, Path log) throws IOException {
        var connector = JMXConnectorFactory.connect(new JMXServiceURL(agentOf(pid)));
        try {
            var connection = connector.getMBeanServerConnection();
            logPauses(connection, log);
            var threads = ManagementFactory.newPlatformMXBeanProxy(
                    connection, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
            return new JvmProbe(connector, threads, log);
        } catch (IOException | RuntimeException e) {
            connector.close();
            throw e;
        }
    }

    private static String agentOf(long pid) throws IOException {
        try {
            var machine = VirtualMachine.attach(Long.toString(pid));
            try {
                return machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException(e);
        }
    }

    private static void logPauses(MBeanServerConnection connection, Path log) throws IOException {
        try {
            var arguments = new String[]{"output=" + log, "what=" + PauseLog.WHAT};
            var unusedAsItReturnsNothing = connection.invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "vmLog",
                    new Object[]{arguments},
                    new String[]{String[].class.getName()});
        } catch (JMException e) {
            throw new IOException(e);
        }
    }

    /** All since the JVM was started, and the pauses since this was attached. */
    Garbage read() throws IOException {
        try (var lines = Files.lines(log)) {
            return new Garbage(threads.getTotalThreadAllocatedBytes(), PauseLog.pausesMs(lines));
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
