package io.dflockd.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Asks the admin listener, and holds whatever it answers to its description. */
final class AdminCaller implements AutoCloseable {
    private static final AdminContract CONTRACT = AdminContract.ofThisServer();
    private static final Pattern FIRST_LINE = Pattern.compile("(?md)^([A-Z]+) (\\S+) HTTP/1\\.[01]\r$");

    private final InetSocketAddress address;
    private final AdminContract contract;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    AdminCaller(InetSocketAddress address) {
        this(address, CONTRACT);
    }

    AdminCaller(InetSocketAddress address, AdminContract contract) {
        this.address = address;
        this.contract = contract;
    }

    /** One answer as it came. Names of headers are in small letters. */
    record Answer(int status, Map<String, String> headers, String body) {}

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                .timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).build());
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        var uri = request.uri();
        contract.check(request.method(), uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()),
                answer.statusCode(), answer.headers().firstValue("content-type").orElse(""), answer.body());
        return answer;
    }

    /** What comes back until the server closes; {@code bytes} as they are. */
    String raw(String bytes) throws IOException {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            var came = socket.getInputStream().readAllBytes();
            check(bytes, answers(came));
            return new String(came, UTF_8);
        }
    }

    private void check(String bytes, List<Answer> answers) {
        var asked = FIRST_LINE.matcher(bytes);
        for (var answer : answers) {
            boolean isKnown = asked.find();
            contract.check(isKnown ? asked.group(1) : "", isKnown ? asked.group(2) : "", answer.status,
                    answer.headers.getOrDefault("content-type", ""), answer.body);
        }
    }

    /** Those that follow one another in these bytes. */
    private static List<Answer> answers(byte[] bytes) throws IOException {
        var in = new ByteArrayInputStream(bytes);
        var all = new ArrayList<Answer>();
        while (in.available() > 0) {
            var head = new StringBuilder();
            while (in.available() > 0 && head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            assertThat(head).startsWith("HTTP/1.1 ");
            var headers = new TreeMap<String, String>();
            head.toString().lines().skip(1).filter(line -> !line.isEmpty()).forEach(line -> {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            });
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            int status = Integer.parseInt(head.substring(9, 12));
            all.add(new Answer(status, headers, new String(in.readNBytes(length), UTF_8)));
        }
        return all;
    }

    @Override
    public void close() {
        http.close();
    }
}
