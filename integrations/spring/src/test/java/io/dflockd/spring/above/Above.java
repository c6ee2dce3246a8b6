package io.dflockd.spring.above;

import io.dflockd.spring.WithLock;

/** Of another package than who extends it. */
public class Above {
    @WithLock(key = "b")
    void wrong() {}
}
