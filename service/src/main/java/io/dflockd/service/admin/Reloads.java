package io.dflockd.service.admin;

import io.dflockd.service.SettingException;
import java.util.List;

/** Reads files again. */
public interface Reloads {
    /**
     * What is other than before.
     *
     * @param added names of identities, as are the two that follow
     * @param certificates whether those are that clients are shown
     */
    record Reload(List<String> added, List<String> removed, List<String> changed, boolean certificates) {
        public boolean isEmpty() {
            return added.isEmpty() && removed.isEmpty() && changed.isEmpty() && !certificates;
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
