package io.dflockd.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The nodes of a cluster, n1, n2 and so on, which pass on to one {@link CountingServer} whatever is no question about the cluster, as
 * leader and followers do alike. What each says and does is for the test to decide.
 */
final class FakeCluster implements AutoCloseable {
    private static final String GREETING = "ok fake/1 ping,tags,cancel,sessions,cluster window=131072,max_grace=10\n";

    private final CountingServer state = new CountingServer();
    private final List<Node> nodes = new ArrayList<>();

    /** What a node does with those that connect. */
    enum Mood {
        SERVES,
        SILENT,
        CLOSES,
        /** Says who leads, and nothing else. */
        MUTE
    }

    FakeCluster(int count) {
        IntStream.range(0, count).forEach(i -> nodes.add(new Node()));
        lead(1);
    }

    /** What the nodes do, as a whole. */
    CountingServer state() {
        return state;
    }

    /** The node of that number, from 1. */
    Node node(int number) {
        return nodes.get(number - 1);
    }

    /** The addresses of these nodes, as a client is given them. */
    String addresses(int... numbers) {
        return IntStream.of(numbers).mapToObj(number -> node(number).address()).collect(Collectors.joining(","));
    }

    /** All nodes say that this one leads; nobody does for 0. */
    void lead(int number) {
        say(says(number));
    }

    /** What a node says that takes this one for the leader. */
    String says(int number) {
        var members = IntStream.rangeClosed(1, nodes.size())
                .mapToObj(i -> " n" + i + "=" + node(i).address())
                .collect(Collectors.joining());
        return "ok term=7 leader=" + (number == 0 ? "" : "n" + number) + members;
    }

    /** All nodes answer so when they are asked about the cluster. */
    void say(String answer) {
        nodes.forEach(node -> node.say(answer));
    }

    @Override
    public void close() {
        nodes.forEach(Node::fall);
        state.close();
    }

    /** One node. */
    final class Node {
        private final ServerSocket listener;
        private final List<Socket> sockets = new ArrayList<>();
        private final List<String> requests = new ArrayList<>();
        private volatile String answer = "";
        private volatile Mood mood = Mood.SERVES;
        private volatile boolean fallen;

        private Node() {
            try {
                listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            start(this::accept);
        }

        String address() {
            return "127.0.0.1:" + listener.getLocalPort();
        }

        ServerAddress serverAddress() {
            return ServerAddress.parse(address());
        }

        /** What was asked of it, without keys and arguments. */
        synchronized List<String> requests() {
            return List.copyOf(requests);
        }

        /** How many connections there have been. */
        synchronized int connections() {
            return sockets.size();
        }

        void say(String text) {
            answer = text;
        }

        void is(Mood next) {
            mood = next;
        }

        /** Ends its connections; new ones are welcome. */
        void breakAll() {
            List<Socket> all;
            synchronized (this) {
                all = List.copyOf(sockets);
            }
            all.forEach(FakeCluster::close);
        }

        /** Is there no more. */
        void fall() {
            fallen = true;
            try {
                listener.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            breakAll();
        }

        private void accept() {
            try {
                while (true) {
                    var socket = listener.accept();
                    synchronized (this) {
                        sockets.add(socket);
                    }
                    if (mood == Mood.CLOSES || fallen) {
                        FakeCluster.close(socket);
                    } else if (mood != Mood.SILENT) {
                        start(() -> serve(socket));
                    }
                }
            } catch (IOException e) {
                // it has fallen, or the test is over
            }
        }

        private void serve(Socket client) {
            try (client;
                    var behind = new Socket(InetAddress.getLoopbackAddress(),
                            ServerAddress.parse(state.address()).port())) {
                client.setTcpNoDelay(true);
                behind.setTcpNoDelay(true);
                start(() -> copy(behind, client));
                var in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
                for (var verb = in.readLine(); verb != null; verb = in.readLine()) {
                    pass(verb, in.readLine(), in.readLine(), client, behind);
                }
            } catch (IOException e) {
                // one of the two went
            }
        }

        private void pass(String verb, String key, String argument, Socket client, Socket behind) throws IOException {
            synchronized (this) {
                requests.add(verb);
            }
            if (mood == Mood.MUTE && !verb.equals("cluster")) {
                return;
            }
            switch (verb) {
                case "cluster" -> client.getOutputStream().write((answer + "\n").getBytes(ISO_8859_1));
                case "hello" -> client.getOutputStream().write(GREETING.getBytes(ISO_8859_1));
                default -> behind.getOutputStream()
                        .write((verb + "\n" + key + "\n" + argument + "\n").getBytes(ISO_8859_1));
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from; to) {
            var unused = from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one of the two went
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "fake-cluster");
        thread.setDaemon(true);
        thread.start();
    }
}
