package io.dflockd.server;

import io.dflockd.engine.EngineLimits;
import io.dflockd.replication.NodeRoom;
import io.dflockd.server.config.LimitSettings;
import java.io.IOException;
import java.util.Objects;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the limits of the cluster against this node's own settings and its heap. */
final class OwnRoom implements NodeRoom {
    private static final Logger LOG = LoggerFactory.getLogger(OwnRoom.class);

    private final EngineLimits own;
    private final long heapBytes;
    private final LimitSettings names = new LimitSettings();
    /** Of the thread that applies. */
    private EngineLimits told;

    OwnRoom(EngineLimits own, long heapBytes) {
        this.own = own;
        this.heapBytes = heapBytes;
        this.told = own;
    }

    @Override
    public long mostStateBytes() {
        return LimitSettings.stateBytes(LimitSettings.mostMemoryBytes(heapBytes));
    }

    @Override
    public void inForce(EngineLimits limits) throws IOException {
        if (limits.maxBytes() > mostStateBytes()) {
            throw new IOException("the cluster's max-memory is " + names.texts(limits).get("max-memory")
                    + ", this node's heap of " + heapBytes + " bytes has room for "
                    + LimitSettings.mostMemoryBytes(heapBytes) + "; start it with a larger heap");
        }
        if (limits.equals(told)) {
            return;
        }
        told = limits;
        if (limits.equals(own)) {
            LOG.atInfo().setMessage("the limits of the cluster are those of this node's settings").log();
        } else {
            LOG.atWarn()
                    .setMessage("this node's settings differ from the limits of the cluster, which count")
                    .addKeyValue("differences", differences(limits))
                    .addKeyValue("help", "dflock cluster set NAME VALUE changes them for all nodes")
                    .log();
        }
    }

    private String differences(EngineLimits limits) {
        var here = names.texts(own);
        return names.texts(limits)
                .entrySet()
                .stream()
                .filter(entry -> !Objects.equals(entry.getValue(), here.get(entry.getKey())))
                .map(entry -> entry.getKey() + " " + entry.getValue() + ", here " + here.get(entry.getKey()))
                .collect(Collectors.joining("; "));
    }
}
