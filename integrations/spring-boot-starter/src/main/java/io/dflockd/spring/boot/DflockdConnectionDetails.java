package io.dflockd.spring.boot;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/** Where the servers are and what is shown to them. A bean of this type replaces what the properties say of it. */
public interface DflockdConnectionDetails extends ConnectionDetails {
    /** One server, or several that share the keys; each as {@code host:port}, or the nodes of a cluster with commas. */
    List<String> servers();

    /** The token, asked for at each connection; null for none. */
    default @Nullable Supplier<String> authToken() {
        return null;
    }

    /** Whether the property {@code dflockd.ssl.bundle} holds for these servers, too. */
    default boolean mayUseTls() {
        return true;
    }
}
