package io.dflockd.service.access;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate says whose it is: URIs, names of hosts, then the subject. Each name bears its kind, so that an authority
 * that lets people choose one kind does not let them pass for another.
 */
public record CertificateNames(List<String> names) {
    private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.+");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_*-]+(\\.[A-Za-z0-9_-]+)*");
    private static final int DNS_NAME = 2;
    private static final int URI_NAME = 6;

    public CertificateNames {
        names = List.copyOf(names);
    }

    /** The names of a certificate, in the order in which they are looked for. */
    public static CertificateNames of(X509Certificate certificate) {
        var names = new ArrayList<String>();
        var others = alternatives(certificate);
        others.stream().filter(other -> isOf(other, URI_NAME)).forEach(other -> names.add("uri " + other.get(1)));
        others.stream()
                .filter(other -> isOf(other, DNS_NAME))
                .forEach(other -> names.add("dns " + String.valueOf(other.get(1)).toLowerCase(Locale.ROOT)));
        var subject = certificate.getSubjectX500Principal();
        if (!subject.getName().isEmpty()) {
            names.add("subject " + subject.getName(X500Principal.CANONICAL));
        }
        return new CertificateNames(names);
    }

    private static boolean isOf(List<?> other, int kind) {
        return other.get(0) instanceof Integer number && number == kind;
    }

    private static Collection<List<?>> alternatives(X509Certificate certificate) {
        try {
            @Nullable Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            return alternatives == null ? List.of() : alternatives;
        } catch (CertificateParsingException e) {
            return List.of(); // what cannot be read names nobody
        }
    }

    /** What stands in the file of identities, as it would be found in a certificate; null where it is no such name. */
    static @Nullable String ofText(String text) {
        if (URI.matcher(text).matches()) {
            return "uri " + text;
        }
        if (HOST.matcher(text).matches()) {
            return "dns " + text.toLowerCase(Locale.ROOT);
        }
        try {
            var subject = new X500Principal(text);
            return subject.getName().isEmpty() ? null : "subject " + subject.getName(X500Principal.CANONICAL);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
