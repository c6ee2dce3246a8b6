package io.dflockd.service.access;

import io.dflockd.service.SettingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Who there is, and what each must show: the one token of all clients, that of administrators, and those of the file of
 * identities, which can be read again. Without a file and without the token of clients everybody is let in. Thread-safe.
 */
public final class Identities {
    private static final String FLAG = "--identities";
    /** More than anybody writes, and little to read. */
    private static final long MAX_FILE_BYTES = 16L << 20;

    private final Optional<Authenticator> clients;
    private final Optional<Authenticator> admins;
    private final Optional<Path> file;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Named named;

    /** Those of the file. */
    private record Named(String digest, Map<String, Principal> byCredential, Map<String, AccessFile.Identity> byName) {}

    private Identities(Optional<Authenticator> clients, Optional<Authenticator> admins, Optional<Path> file) {
        this.clients = clients;
        this.admins = admins;
        this.file = file;
        this.named = new Named("", Map.of(), Map.of());
        file.ifPresent(path -> named = read(path, named));
    }

    /** Throws {@link SettingException} for a file that cannot be used. */
    public static Identities of(
            Optional<Authenticator> clients, Optional<Authenticator> admins, Optional<Path> file) {
        return new Identities(clients, admins, file);
    }

    /** Nobody need show anything, and nobody is an administrator. */
    public static Identities none() {
        return new Identities(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Whether there is a file that says who may do what. */
    public boolean areNamed() {
        return file.isPresent();
    }

    /** Who has shown nothing yet; null where something must be shown. */
    public @Nullable Login ofNobody() {
        return clients.isEmpty() && file.isEmpty() ? Login.OF_ANYBODY : null;
    }

    /** Who shows this token, which is a string of octets; null where nobody has it. */
    public @Nullable Login ofToken(String token) {
        if (admins.isPresent() && admins.get().accepts(token)) {
            return Login.OF_ADMIN;
        }
        if (clients.isPresent() && clients.get().accepts(token)) {
            return Login.OF_TOKEN;
        }
        return file.isEmpty() ? null : of(TokenDigest.of(token));
    }

    /** Whose certificate has one of these names: the first that somebody has; null where nobody has any. */
    public @Nullable Login ofCertificate(CertificateNames names) {
        for (var name : names.names()) {
            var login = of(name);
            if (login != null) {
                return login;
            }
        }
        return null;
    }

    /** By what another node, with the same tokens and file, knows him; empty for whoever showed nothing. */
    public String credentialOf(Login login) {
        var principal = login.principal();
        if (Principal.ADMIN.equals(principal)) {
            return admins.map(Authenticator::credential).orElse("");
        }
        return Principal.TOKEN.equals(principal)
                ? clients.map(Authenticator::credential).orElse("")
                : login.credential();
    }

    /** Whom another node knows by this, see {@link #credentialOf}; null where nobody here is. */
    public @Nullable Login ofCredential(String credential) {
        if (isOf(admins, credential)) {
            return Login.OF_ADMIN;
        }
        return isOf(clients, credential) ? Login.OF_TOKEN : of(credential);
    }

    private static boolean isOf(Optional<Authenticator> owner, String credential) {
        return owner.isPresent() && owner.get().credential().equals(credential);
    }

    private @Nullable Login of(String credential) {
        var principal = named.byCredential.get(credential);
        return principal == null ? null : new Login(principal, credential);
    }

    /** Whether there is a token of administrators. */
    public boolean hasAdmins() {
        return admins.isPresent();
    }

    /** Whether what was shown is still that of whoever showed it. */
    @SuppressWarnings("ReferenceEquality") // one that went and came again is another
    public boolean isCurrent(Login login) {
        return !login.principal().isRuled() || named.byCredential.get(login.credential()) == login.principal();
    }

    /** Has this run after each change, by whoever had the file read. */
    public void onChanged(Runnable action) {
        listeners.add(action);
    }

    /**
     * Reads the file again. Where it is as it was, nothing happens.
     *
     * @throws SettingException where it cannot be used; all stays as it was then
     */
    public synchronized AccessChanges reload() {
        if (file.isEmpty()) {
            return AccessChanges.NONE;
        }
        var former = named;
        var next = read(file.get(), former);
        if (next.digest.equals(former.digest)) {
            return AccessChanges.NONE;
        }
        named = next;
        former.byCredential.values().stream().filter(this::isGone).forEach(principal -> principal.allow(List.of()));
        listeners.forEach(Runnable::run);
        return AccessChanges.between(former.byName, next.byName);
    }

    private boolean isGone(Principal principal) {
        return !named.byName.containsKey(principal.name());
    }

    private Named read(Path path, Named former) {
        var bytes = bytes(path);
        var digest = TokenDigest.credential(TokenDigest.digest(bytes));
        if (digest.equals(former.digest)) {
            return former;
        }
        try {
            return take(AccessFile.parse(text(bytes)), digest, former);
        } catch (FaultException e) {
            throw new SettingException(
                    "%s: %s%s: %s".formatted(FLAG, path, e.line() == 0 ? "" : ", line " + e.line(), e.reason()), e);
        }
    }

    /** Changes nothing before all is known to be well. */
    private Named take(List<AccessFile.Identity> identities, String digest, Named former) {
        for (var identity : identities) {
            requireOwnTokens(identity);
        }
        boolean areLimited = identities.stream().anyMatch(one -> !one.limits().equals(IdentityLimits.NONE));
        var principals = new HashMap<String, Principal>();
        former.byCredential.values().forEach(principal -> principals.put(principal.name(), principal));
        var byCredential = new HashMap<String, Principal>();
        var byName = new HashMap<String, AccessFile.Identity>();
        for (var identity : identities) {
            var principal = principals.computeIfAbsent(identity.name(), Principal::named);
            principal.allow(identity.rules());
            principal.limit(identity.limits(), areLimited);
            identity.credentials().forEach(credential -> byCredential.put(credential, principal));
            byName.put(identity.name(), identity);
        }
        return new Named(digest, Map.copyOf(byCredential), Map.copyOf(byName));
    }

    private void requireOwnTokens(AccessFile.Identity identity) {
        for (var credential : identity.credentials()) {
            if (admins.isPresent() && admins.get().credential().equals(credential)) {
                throw new FaultException(0, "\"" + identity.name() + "\" has the token of --admin-token-file");
            }
            if (clients.isPresent() && clients.get().credential().equals(credential)) {
                throw new FaultException(0, "\"" + identity.name() + "\" has the token of --auth-token");
            }
        }
    }

    private static byte[] bytes(Path path) {
        try (var in = Files.newInputStream(path)) {
            var bytes = in.readNBytes((int) MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new SettingException(FLAG + ": " + path + " has more than " + MAX_FILE_BYTES + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new SettingException(FLAG + ": cannot read " + path + ": no such file", e);
        } catch (IOException e) {
            throw new SettingException(FLAG + ": cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new FaultException(0, "not UTF-8, must be");
        }
    }
}
