package io.dflockd.http.access;

/**
 * What another member of the cluster says of somebody whose request it passes on.
 *
 * @param credential by what that member knows him; empty where his request shows it, or he showed nothing
 * @param showedCertificate whether he showed a certificate that counts there
 * @param isTrusted whether the member showed a certificate itself, without which nothing it says gives any right
 * @param isNear whether the member is on this machine
 */
public record Voucher(String credential, boolean showedCertificate, boolean isTrusted, boolean isNear) {
    /** Leaves the credential out. */
    @Override
    public String toString() {
        return "Voucher[isTrusted=" + isTrusted + ", isNear=" + isNear + "]";
    }
}
