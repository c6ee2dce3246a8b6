package io.dflockd.service.admin;

import java.util.List;

/** What of all that can be set is in force at a server, and what certificates it shows. Never a secret. Thread-safe. */
public interface Settings {
    List<String> SOURCES = List.of("default", "other_settings", "file", "environment", "flag");
    List<String> CHANGES = List.of("restart", "reload", "cluster_set");

    /**
     * One setting.
     *
     * @param name without dashes, as in the configuration file
     * @param group what it has to do with
     * @param value as it was written; of a secret only whether there is one
     * @param inForce the same where that leaves nothing open
     * @param source one of {@link #SOURCES}
     * @param changes how another value comes into force, one of {@link #CHANGES}: {@code reload} where its file is read again
     * @param meaning what it is for
     */
    record Row(
            String name, String group, String value, String inForce, String source, String changes, String meaning) {}

    /**
     * A certificate that is shown.
     *
     * @param listener to whom: data, admin or peers
     * @param subject whose it is
     * @param file where it was read
     * @param endsAtS when it ends, in seconds since 1970
     */
    record Certificate(String listener, String subject, String file, long endsAtS) {}

    /** All settings, in the order of the documentation. Takes the engine's lock for a moment. */
    List<Row> rows();

    /** Those that are shown now. */
    List<Certificate> certificates();
}
