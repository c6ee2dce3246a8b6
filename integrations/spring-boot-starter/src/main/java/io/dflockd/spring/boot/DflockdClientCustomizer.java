package io.dflockd.spring.boot;

import io.dflockd.client.DflockdClient;

/** Changes the client before it is built, after all properties. Beans of this type are called in their order. */
@FunctionalInterface
public interface DflockdClientCustomizer {
    void customize(DflockdClient.Builder builder);
}
