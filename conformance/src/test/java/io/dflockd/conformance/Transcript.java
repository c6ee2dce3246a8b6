package io.dflockd.conformance;

import io.dflockd.protocol.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A conversation as text. Steps stand on a line in their order, two or more blanks between them:
 *
 * <pre>
 * ## a title starts a transcript
 * with --max-locks 1          the options its server needs
 * tags decision               what it is tagged with
 * A> l / jobs / 10            A sends the lines "l", "jobs", "10"
 * A< ok T1 33 f1              the next line that A gets; T and f as in {@link Bindings}
 * A< timeout (after 1 s)      the same, at that time after A's last request
 * A< ok ⇄ leader elected e1   two lines, in either order
 * A< nothing                  nothing comes
 * A< closed                   the server ends the connection
 * (blocks)                    what was sent last is seen to wait
 * A> (connects)               A connects and says nothing yet
 * A> (disconnects)            A ends its connection
 * A> (resets)                 A's connection ends with a reset, as that of a machine that died
 * A> (ends its output)        A sends nothing more, and reads on
 * # to the end of the line    a remark
 * </pre>
 *
 * <p>In what is sent, {@code ∅} is the empty line, {@code ␠} a blank, {@code ⍽} one that does not break, {@code ␉} a TAB,
 * {@code ␍} a carriage return and {@code {k*257}} 257 letters k. Keys get a prefix of the run, so that no two transcripts
 * meet; so do the names of sessions. A known T1 or f1 in an argument is sent as what it stands for. In an option,
 * {@code {file:text}} is the path of a file with that text.
 */
record Transcript(String title, List<String> options, List<String> tags, List<Step> steps) {
    private static final Pattern STEP = Pattern.compile("(\\w+'?)([<>]) (.+)");
    private static final Pattern NEXT_STEP = Pattern.compile(" [A-Z]'?[<>] ");
    private static final Pattern AFTER = Pattern.compile("(.*) \\(after (\\d+) s\\)");
    private static final Pattern REPEAT = Pattern.compile("\\{(.)\\*(\\d+)}");
    private static final List<String> WITHOUT_KEY = List.of("auth", "stats", "ping", "hello", "bye", "cancel", "ack");
    private static final List<String> WAITS = List.of("w", "sw", "rw", "ww");

    /** One segment of a line: who, in which direction, what, and whether it is seen to block. */
    record Step(int line, String client, boolean sends, String text, boolean blocks) {}

    /** Steps without a title. */
    static Transcript ofLines(String lines) {
        return parse(lines).getFirst();
    }

    /** The transcripts of a file. */
    static List<Transcript> parse(String text) {
        var transcripts = new ArrayList<Transcript>();
        var current = new Transcript("", new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int number = 0;
        for (var raw : text.split("\n", -1)) {
            number++;
            var line = raw.strip();
            if (line.startsWith("## ")) {
                current = new Transcript(line.substring(3), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
                transcripts.add(current);
            } else if (line.startsWith("with ")) {
                current.options.addAll(List.of(line.substring(5).split(" ")));
            } else if (line.startsWith("tags ")) {
                current.tags.addAll(List.of(line.substring(5).split(" ")));
            } else {
                current.addSteps(number, withoutRemark(line));
            }
        }
        if (transcripts.isEmpty()) {
            transcripts.add(current);
        }
        return transcripts;
    }

    /** Performs the steps. Throws {@link AssertionError} at the first that goes wrong. */
    void play(Conversation conversation) {
        for (var step : steps) {
            try {
                play(step, conversation);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("line " + step.line + " (" + step.client + (step.sends ? "> " : "< ")
                        + step.text + "): " + e.getMessage(), e);
            }
        }
    }

    private void addSteps(int line, String text) {
        if (text.isEmpty()) {
            return;
        }
        for (var segment : text.split("\\s{2,}", -1)) {
            if (segment.equals("(blocks)")) {
                var last = steps.removeLast();
                steps.add(new Step(last.line, last.client, last.sends, last.text, true));
                continue;
            }
            var step = STEP.matcher(segment);
            if (!step.matches() || NEXT_STEP.matcher(step.group(3)).find()) {
                throw new IllegalArgumentException("line " + line + ": not one step: " + segment);
            }
            steps.add(new Step(line, step.group(1), step.group(2).equals(">"), step.group(3), false));
        }
    }

    private static String withoutRemark(String line) {
        int remark = line.startsWith("#") ? 0 : line.indexOf("  # ");
        return remark < 0 ? line : line.substring(0, remark).strip();
    }

    private static void play(Step step, Conversation conversation) {
        var client = conversation.client(step.client);
        if (!step.sends) {
            expect(step.text, client, conversation);
            return;
        }
        switch (step.text) {
            case "(connects)" -> {} // it was opened when it was named
            case "(disconnects)" -> client.close();
            case "(resets)" -> client.reset();
            case "(ends its output)" -> client.halfClose();
            default -> send(step, client, conversation);
        }
    }

    private static void send(Step step, Speaker client, Conversation conversation) {
        var lines = step.text.split(" / ", -1);
        for (int i = 0; i < lines.length; i++) {
            lines[i] = decode(lines[i], i, lines[0], conversation);
        }
        if (!step.blocks) {
            client.send(lines);
        } else if (WAITS.contains(withoutTag(lines[0]))) {
            client.send(lines).expectQuiet(); // the enqueue before it was counted already
        } else {
            int before = conversation.waitingAt(lines[1]);
            client.send(lines);
            // Behind a short lease the wait may be over before it can be seen.
            conversation.awaitWaiting(lines[1], before + 1, client::hasLine);
        }
    }

    private static String decode(String text, int place, String command, Conversation conversation) {
        boolean isKey = place == 1 && !WITHOUT_KEY.contains(withoutTag(command)) && !text.equals("∅")
                && !text.startsWith("{");
        var plain = REPEAT.matcher(text)
                .replaceAll(repeat -> repeat.group(1).repeat(Integer.parseInt(repeat.group(2))));
        plain = plain.replace("∅", "").replace('␠', ' ').replace('␉', '\t').replace('␍', '\r');
        plain = Octets.ofText(plain.replace('⍽', '\u00a0'));
        return isKey ? conversation.key(plain) : conversation.bindings().fill(plain);
    }

    private static String withoutTag(String command) {
        return command.startsWith("@") ? command.substring(command.indexOf(' ') + 1) : command;
    }

    private static void expect(String text, Speaker client, Conversation conversation) {
        if (text.equals("nothing")) {
            client.expectQuiet();
        } else if (text.equals("closed")) {
            client.expectClosed();
        } else if (text.contains(" ⇄ ")) {
            var both = text.split(" ⇄ ", 2);
            client.expectInAnyOrder(line(both[0], conversation), line(both[1], conversation));
        } else {
            var after = AFTER.matcher(text);
            boolean timed = after.matches();
            client.expect(line(timed ? after.group(1) : text, conversation));
            if (timed) {
                client.expectElapsedSeconds(Long.parseLong(after.group(2)));
            }
        }
    }

    /** The expected line with its signs decoded, and with the prefix before the key of a push. */
    private static String line(String text, Conversation conversation) {
        var line = text.replace('␠', ' ').replace('␉', '\t');
        int key = switch (line.substring(0, Math.max(0, line.indexOf(' ')))) {
            case "sig", "lost" -> line.indexOf(' ') + 1;
            case "watch", "leader" -> line.indexOf(' ', line.indexOf(' ') + 1) + 1;
            default -> -1;
        };
        return key < 0 ? line : line.substring(0, key) + conversation.key(line.substring(key));
    }
}
