package io.dflockd.engine;

import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The words of which a snapshot is made. {@link SnapshotInput} reads them. */
final class SnapshotOutput {
    @FunctionalInterface
    interface Writer<T> {
        void write(T element) throws IOException;
    }

    /** The place of no owner. */
    static final int NOBODY = -1;

    private final DataOutput out;
    private final Map<Session, Integer> sessions = new LinkedHashMap<>();
    private final Map<Owner, Integer> owners = new LinkedHashMap<>();

    SnapshotOutput(DataOutput out) {
        this.out = out;
    }

    /** Sessions are referred to by their place in the snapshot, since one that is ending may share its id with another. */
    void remember(Session session) {
        sessions.put(session, sessions.size());
    }

    /** One that was remembered. */
    void session(Session session) throws IOException {
        var place = sessions.get(session);
        if (place == null) {
            throw new IllegalStateException("session " + session.id + " is not in the snapshot");
        }
        out.writeInt(place);
    }

    void remember(Owner owner) {
        owners.put(owner, owners.size());
    }

    /** One that was remembered, or null. */
    void owner(@Nullable Owner owner) throws IOException {
        @Nullable Integer place = owner == null ? Integer.valueOf(NOBODY) : owners.get(owner);
        if (place == null) {
            throw new IllegalStateException("somebody to whom things belong is not in the snapshot");
        }
        out.writeInt(place);
    }

    void number(long number) throws IOException {
        out.writeLong(number);
    }

    void flag(boolean flag) throws IOException {
        out.writeBoolean(flag);
    }

    /** The order of an enum's constants is part of the format: new ones come last. */
    @SuppressWarnings("EnumOrdinal") // see above
    void constant(Enum<?> constant) throws IOException {
        out.writeByte(constant.ordinal());
    }

    void text(String octets) throws IOException {
        var bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    <T> void all(Collection<T> elements, Writer<T> writer) throws IOException {
        out.writeInt(elements.size());
        for (var element : elements) {
            writer.write(element);
        }
    }
}
