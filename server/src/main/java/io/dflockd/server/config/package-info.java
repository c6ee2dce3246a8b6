/**
 * What can be set, where the values come from and what is valid. {@link io.dflockd.server.config.Setting} is the table
 * of all settings: the command line, the environment, the configuration file, the help text and the documentation are
 * made from it.
 */
@NullMarked
package io.dflockd.server.config;

import org.jspecify.annotations.NullMarked;
