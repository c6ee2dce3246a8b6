package io.dflockd.server;

import io.dflockd.engine.EngineLimits;
import io.dflockd.server.config.LimitSettings;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.service.admin.Settings;
import io.dflockd.transport.TlsFiles;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a server was told, and what it made of that. Thread-safe. */
final class SettingsInForce implements Settings {
    /** Of these it is not said what they are, but whether they are. */
    private static final Set<Setting> SECRETS = EnumSet.of(Setting.AUTH_TOKEN);
    /** What the files hold that these name can change while the server runs. */
    private static final Set<Setting> READ_AGAIN = EnumSet.of(
            Setting.IDENTITIES, Setting.TLS_CERT, Setting.TLS_KEY, Setting.TLS_CLIENT_CA, Setting.ADMIN_TLS_CERT,
            Setting.ADMIN_TLS_KEY, Setting.ADMIN_TLS_CLIENT_CA);
    private static final String NOT_SAID = "(set)";

    private final ServerConfig config;
    private final Map<Setting, String> made;
    private final Supplier<EngineLimits> limits;
    private final Map<String, TlsFiles> shown;
    private final List<Certificate> shownFromTheStart;
    private final LimitSettings limitSettings = new LimitSettings();

    /**
     * Of one server.
     *
     * @param made what it chose where it was left to it
     * @param limits those of the engine: of all members where it is one of a cluster
     * @param shown by the listener, what is read again when it changes
     * @param peers what is shown to other members, which is not
     */
    SettingsInForce(
            ServerConfig config,
            Map<Setting, String> made,
            Supplier<EngineLimits> limits,
            Map<String, TlsFiles> shown,
            Stream<TlsFiles> peers) {
        this.config = config;
        this.made = Map.copyOf(made);
        this.limits = limits;
        this.shown = new LinkedHashMap<>(shown);
        this.shownFromTheStart = peers.map(files -> certificate("peers", files)).toList();
    }

    @Override
    public List<Row> rows() {
        var chosen = new HashMap<String, String>(limitSettings.texts(limits.get()));
        var isLimit = Set.copyOf(chosen.keySet());
        made.forEach((setting, text) -> chosen.put(setting.entry(), text));
        return Stream.of(Setting.values()).map(setting -> row(setting, chosen, isLimit)).toList();
    }

    private Row row(Setting setting, Map<String, String> chosen, Set<String> isLimit) {
        var said = config.said(setting);
        var value = SECRETS.contains(setting) && !said.text().isEmpty() ? NOT_SAID : said.text();
        var changes = isLimit.contains(setting.entry()) && config.cluster().isPresent()
                ? "cluster_set"
                : READ_AGAIN.contains(setting) && !value.isEmpty() ? "reload" : "restart";
        return new Row(
                setting.entry(), setting.group().heading(), value, chosen.getOrDefault(setting.entry(), value),
                said.origin().name().toLowerCase(Locale.ROOT), changes, setting.meaning());
    }

    @Override
    public List<Certificate> certificates() {
        return Stream.concat(
                shown.entrySet().stream().map(each -> certificate(each.getKey(), each.getValue())),
                shownFromTheStart.stream()).toList();
    }

    private static Certificate certificate(String listener, TlsFiles files) {
        var certificate = files.certificate();
        return new Certificate(
                listener, certificate.getSubjectX500Principal().getName(), files.certificateFile().toString(),
                certificate.getNotAfter().toInstant().getEpochSecond());
    }
}
