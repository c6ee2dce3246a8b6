package io.dflockd.protocol;

import java.util.EnumMap;
import java.util.Map;

/** Ends the parsing of one request. One instance an error, without a stack trace: bad input must stay cheap. */
final class MalformedRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Map<ProtocolError, MalformedRequestException> INSTANCES = instances();

    private final ProtocolError error;

    private MalformedRequestException(ProtocolError error) {
        super(error.meaning(), null, false, false);
        this.error = error;
    }

    static MalformedRequestException of(ProtocolError error) {
        var instance = INSTANCES.get(error);
        if (instance == null) {
            throw new IllegalStateException("no instance for " + error);
        }
        return instance;
    }

    ProtocolError error() {
        return error;
    }

    private static Map<ProtocolError, MalformedRequestException> instances() {
        var instances = new EnumMap<ProtocolError, MalformedRequestException>(ProtocolError.class);
        for (ProtocolError error : ProtocolError.values()) {
            instances.put(error, new MalformedRequestException(error));
        }
        return instances;
    }
}
