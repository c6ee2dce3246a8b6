/** What a person types, and the exit statuses that come back. Begin with {@link io.dflockd.cli.line.ArgumentParser}. Knows no command. */
@NullMarked
package io.dflockd.cli.line;

import org.jspecify.annotations.NullMarked;
