package io.dflockd.service.access;

import io.dflockd.protocol.Limits;
import io.dflockd.protocol.Octets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a file of identities, read as a whole or not at all: {@link FaultException} for anything in it that is not
 * understood. Rules are in force only when all of them are what somebody meant.
 */
final class AccessFile {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@/-]{0,63}");
    private static final List<String> OF_FILE = List.of("identities", "roles");
    private static final List<String> OF_IDENTITY = List.of(
            "name", "tokens", "certificates", "roles", "rules", "max_holds", "max_waiters", "max_values_bytes",
            "max_connections", "requests_per_second");
    private static final int MOST_REQUESTS = 1_000_000;
    private static final List<String> OF_RULE = List.of("allow", "keys", "channels", "audit");

    private final Map<String, List<Rule>> roles = new HashMap<>();
    private final List<Identity> identities = new ArrayList<>();
    /** Who has which token or certificate. */
    private final Map<String, String> owners = new HashMap<>();

    /**
     * One of those that the file names.
     *
     * @param credentials by what it is known, as {@link Login#credential} has it
     */
    record Identity(String name, List<String> credentials, List<Rule> rules, IdentityLimits limits) {
        Identity {
            credentials = List.copyOf(credentials);
            rules = List.copyOf(rules);
        }
    }

    private AccessFile() {}

    /** The identities that the text names. */
    static List<Identity> parse(String text) {
        var file = new AccessFile();
        var top = YamlItem.parse(text)
                .orElseThrow(() -> new FaultException(0, "is empty, must have \"identities\""))
                .entries(OF_FILE);
        var named = top.get("identities");
        if (named == null) {
            throw new FaultException(1, "has no \"identities\", must have");
        }
        var roles = top.get("roles");
        if (roles != null) {
            roles.entries().forEach((name, rules) -> file.roles.put(checkName(name, rules), rules(rules.items())));
        }
        var names = new HashSet<String>();
        for (var item : named.items()) {
            var identity = file.identity(item);
            if (!names.add(identity.name)) {
                throw item.fault("has the name of another identity: \"" + identity.name + "\"");
            }
            file.identities.add(identity);
        }
        return List.copyOf(file.identities);
    }

    private Identity identity(YamlItem item) {
        var entries = item.entries(OF_IDENTITY);
        var nameItem = require("name", item, entries);
        var name = checkName(nameItem.text(), nameItem);
        if (Principal.RESERVED.contains(name)) {
            throw nameItem.fault("is \"" + name + "\", which is that of a setting");
        }
        var credentials = new ArrayList<String>();
        for (var token : YamlItem.itemsOf(entries.get("tokens"))) {
            own(name, token, TokenDigest.parse(token), credentials);
        }
        for (var certificate : YamlItem.itemsOf(entries.get("certificates"))) {
            own(name, certificate, certificate(certificate), credentials);
        }
        if (credentials.isEmpty()) {
            throw item.fault("has neither tokens nor certificates, so nobody could be \"" + name + "\"");
        }
        var allowed = new ArrayList<>(rules(YamlItem.itemsOf(entries.get("rules"))));
        for (var role : YamlItem.itemsOf(entries.get("roles"))) {
            var rules = roles.get(role.text());
            if (rules == null) {
                throw role.fault("is \"" + role.text() + "\", which is none of the \"roles\"");
            }
            allowed.addAll(rules);
        }
        return new Identity(name, credentials, allowed, limits(entries));
    }

    private static IdentityLimits limits(Map<String, YamlItem> entries) {
        return new IdentityLimits(
                (int) limit(entries.get("max_holds"), Integer.MAX_VALUE),
                (int) limit(entries.get("max_waiters"), Integer.MAX_VALUE),
                limit(entries.get("max_values_bytes"), Long.MAX_VALUE),
                (int) limit(entries.get("max_connections"), Integer.MAX_VALUE),
                (int) limit(entries.get("requests_per_second"), MOST_REQUESTS));
    }

    /** None is 0, which cannot be written: somebody might mean by it that nothing is allowed. */
    private static long limit(@Nullable YamlItem item, long most) {
        return item == null ? 0 : item.number(1, most);
    }

    private void own(String name, YamlItem item, String credential, List<String> credentials) {
        var owner = owners.putIfAbsent(credential, name);
        if (owner != null) {
            throw item.fault("is there twice, before it at \"" + owner + "\"");
        }
        credentials.add(credential);
    }

    private static String certificate(YamlItem item) {
        var name = CertificateNames.ofText(item.text());
        if (name == null) {
            throw item.fault(
                    "is \"" + item.text() + "\", must be a URI, the name of a host, or a subject as CN=orders,O=Shop");
        }
        return name;
    }

    private static List<Rule> rules(List<YamlItem> items) {
        return items.stream().map(AccessFile::rule).toList();
    }

    private static Rule rule(YamlItem item) {
        var entries = item.entries(OF_RULE);
        var allow = require("allow", item, entries);
        var rights = EnumSet.noneOf(Right.class);
        for (var word : allow.items()) {
            var right = Right.of(word.text());
            if (right == null) {
                throw word.fault("is \"" + word.text() + "\", must be one of " + words());
            }
            rights.add(right);
        }
        if (rights.isEmpty()) {
            throw allow.fault("is empty, must not be");
        }
        var keys = patterns(entries.get("keys"), Rule::isKeyPattern,
                "a key, or the beginning of keys with * at its end");
        var channels = patterns(
                entries.get("channels"), Rule::isChannelPattern, "a channel, or a pattern as orders.> or orders.*.new");
        for (var right : rights) {
            requireScope(right, !keys.isEmpty(), !channels.isEmpty(), allow);
        }
        requireUse(entries.get("keys"), rights.stream().anyMatch(right -> right.isOfKeys() || right.isOfServer()));
        requireUse(entries.get("channels"), rights.stream().anyMatch(Right::isOfChannels));
        var audit = entries.get("audit");
        return new Rule(rights, keys, channels, audit != null && audit.flag());
    }

    private static void requireScope(Right right, boolean hasKeys, boolean hasChannels, YamlItem allow) {
        boolean fits = right.isOfServer() || (right.isOfKeys() && hasKeys) || (right.isOfChannels() && hasChannels);
        if (!fits) {
            throw allow.fault("has \"" + right.word() + "\", for which the rule must have "
                    + (right.isOfKeys() && right.isOfChannels()
                            ? "\"keys\" or \"channels\""
                            : right.isOfKeys() ? "\"keys\"" : "\"channels\""));
        }
    }

    private static void requireUse(@Nullable YamlItem patterns, boolean isUsed) {
        if (patterns != null && !isUsed) {
            throw patterns.fault("means nothing to what the rule allows");
        }
    }

    private static List<String> patterns(
            @Nullable YamlItem list, Predicate<String> isValid, String valid) {
        if (list != null && list.items().isEmpty()) {
            throw list.fault("is empty, must not be");
        }
        var patterns = new ArrayList<String>();
        for (var item : YamlItem.itemsOf(list)) {
            var octets = Octets.ofText(item.text());
            if (!isValid.test(octets) || !couldBeSent(octets)) {
                throw item.fault("is \"" + item.text() + "\", must be " + valid);
            }
            patterns.add(octets);
        }
        return patterns;
    }

    /** A pattern that no key could ever match is a slip of the pen. */
    private static boolean couldBeSent(String octets) {
        return octets.length() <= Limits.MAX_LINE_BYTES
                && octets.chars().noneMatch(c -> c == ' ' || c == '\t' || c == '\n' || c == '\r');
    }

    private static YamlItem require(String name, YamlItem item, Map<String, YamlItem> entries) {
        var entry = entries.get(name);
        if (entry == null) {
            throw item.fault("has no \"" + name + "\", must have");
        }
        return entry;
    }

    private static String checkName(String name, YamlItem item) {
        if (!NAME.matcher(name).matches()) {
            throw item.fault("is \"" + name + "\", must be 1 to 64 letters, digits and . _ @ / -");
        }
        return name;
    }

    private static String words() {
        return String.join(", ", Arrays.stream(Right.values()).map(Right::word).toList());
    }
}
