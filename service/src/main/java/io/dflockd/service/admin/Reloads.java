package io.dflockd.service.admin;

import io.dflockd.service.SettingException;
import io.dflockd.service.access.AccessChanges;

/** Reads files again. */
public interface Reloads {
    /**
     * What is other than before.
     *
     * @param certificates whether those are that clients are shown
     */
    record Reload(AccessChanges identities, boolean certificates) {
        public boolean isEmpty() {
            return identities.isEmpty() && !certificates;
        }
    }

    /**
     * Reads the identities and the certificates again, and opens the file of the audit log anew. What changed is in force when
     * this returns. Blocks for as long as the disk takes.
     *
     * @throws SettingException where one of the files cannot be used, with its line where it has one; all is as before then
     */
    Reload reload();
}
