package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.UsageException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** {@code token new}: a token for one of those whom a server's file of identities names. */
public final class TokenCommand {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@/-]{0,63}");
    private static final String PREFIX = "dfl_";
    private static final int RANDOM_BYTES = 32;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private TokenCommand() {}

    public static List<Command> all() {
        return List.of(new Command("token new", "NAME", "make a token for an identity",
                """
                        Prints a new token, and the lines for the server's file of identities (--identities of dflockd), which \
                        hold its SHA-256. The token is kept nowhere: give it to who is to have it. Asks no server.
                        With --json, both as fields of one object.""",
                List.of(), TokenCommand::make));
    }

    private static int make(Call call) {
        call.requireWithout(Flags.OF_ASKING, "no server is asked");
        var name = call.operand(0);
        if (!NAME.matcher(name).matches()) {
            throw new UsageException("name is '" + name + "'; valid are 1 to 64 letters, digits and . _ @ / -");
        }
        var random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        var token = PREFIX + BASE64.encodeToString(random);
        var digest = digest(token);
        call.out()
                .line("""
                        %s

                        The lines for the file of identities:

                          - name: %s
                            tokens: ["%s"]""".formatted(token, name, digest),
                        Call.object("token", token, "name", name, "digest", digest));
        return Exit.OK.status();
    }

    /** As the file of identities has it. */
    static String digest(String token) {
        try {
            var bytes = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + BASE64.encodeToString(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
