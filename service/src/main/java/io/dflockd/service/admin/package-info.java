/** What those who operate the server see of it and can have it do, whatever they ask by. */
@NullMarked
package io.dflockd.service.admin;

import org.jspecify.annotations.NullMarked;
