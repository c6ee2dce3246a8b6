package io.dflockd.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The arguments as the shell gave them. Java reads them as text and puts a replacement in the place of bytes that are none,
 * so that other bytes than were meant would be stored, or two keys be one.
 */
final class RawArguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final char REPLACEMENT = '\uFFFD';

    private RawArguments() {}

    /** Why one of the arguments cannot be taken; null when all can. */
    static @Nullable String refusal(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].indexOf(REPLACEMENT) >= 0) {
                return refusal(raw(), arguments.length, i);
            }
        }
        return null;
    }

    /**
     * @param raw the whole command line, its words ended by NUL each; the arguments are the last ones
     * @param from the first argument to look at
     */
    static @Nullable String refusal(byte[] raw, int count, int from) {
        var words = new String(raw, ISO_8859_1).split("\0", -1);
        int first = words.length - 1 - count;
        for (int i = from; i < count && first >= 0; i++) {
            var bytes = words[first + i].getBytes(ISO_8859_1);
            if (!isText(bytes)) {
                return "argument " + (i + 1) + " is '" + shown(bytes) + "'; valid is text in UTF-8";
            }
        }
        return null;
    }

    /** Whether the bytes are UTF-8. */
    private static boolean isText(byte[] bytes) {
        try {
            var unused = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** As it could be typed in quotes of a shell's {@code $'…'}. */
    private static String shown(byte[] bytes) {
        var text = new StringBuilder();
        for (byte octet : bytes) {
            text.append(octet >= ' ' && octet < 0x7f ? Character.toString(octet) : "\\x%02x".formatted(octet));
        }
        return text.toString();
    }

    private static byte[] raw() {
        try {
            return Files.readAllBytes(COMMAND_LINE);
        } catch (IOException e) {
            return new byte[0]; // not Linux
        }
    }
}
