/** Locks and leadership for coroutines. */
module io.dflockd.kotlin {
    requires transitive io.dflockd.client;
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;
    requires org.slf4j;

    exports io.dflockd.kotlin;
}
