package io.dflockd.replication;

import java.nio.file.Path;

/**
 * How members know each other: both sides of a connection show a certificate of the same authority. PEM files.
 *
 * @param cert this node's certificate, for the host of its peer address, and what is between it and the authority
 * @param key its key, PKCS #8, without a password
 * @param ca the authority, which signs for members and for nobody else
 */
public record PeerTls(Path cert, Path key, Path ca) {}
