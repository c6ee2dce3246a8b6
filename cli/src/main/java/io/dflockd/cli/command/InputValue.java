package io.dflockd.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dflockd.cli.line.UsageException;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.ServerErrorException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.regex.Pattern;

/** A value that comes from standard input. */
final class InputValue {
    private static final Pattern MAX_ARG = Pattern.compile("[ ,]max_arg=([0-9]{1,9})(?:,|$)");
    /** What servers take that do not say. */
    private static final int USUAL_MOST = 65_536;

    private InputValue() {}

    /** How many bytes the server takes. */
    static int most(Connection connection) throws InterruptedException {
        try {
            var found = MAX_ARG.matcher(connection.hello("dflock"));
            return found.find() ? Integer.parseInt(found.group(1)) : USUAL_MOST;
        } catch (ServerErrorException e) {
            return USUAL_MOST; // It does not know the command.
        }
    }

    /**
     * Reads to the end, without the line end there.
     *
     * @throws UsageException when it cannot be a value
     */
    static String read(InputStream in, int most) {
        try {
            var bytes = in.readNBytes(most + 2);
            int length = bytes.length;
            if (length > 0 && bytes[length - 1] == '\n') {
                length--;
                length -= length > 0 && bytes[length - 1] == '\r' ? 1 : 0;
            }
            if (length > most) {
                throw new UsageException("the value on standard input has more than " + most
                        + " bytes, which is the most that the server takes");
            }
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException e) {
            throw new UsageException("the value on standard input is not valid UTF-8");
        } catch (IOException e) {
            throw new UsageException("cannot read standard input: " + e.getMessage());
        }
    }
}
