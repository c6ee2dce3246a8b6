package io.dflockd.examples.first;

import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.function.Consumer;

/** A queue of work: each picture is taken by one worker, and none gets lost when a worker dies. */
public final class Thumbnails {
    private static final String QUEUE = "thumbnails";

    private Thumbnails() {}

    /** {@code Thumbnails SERVER PICTURE...} asks for them; {@code Thumbnails SERVER} makes them. */
    public static void main(String[] args) throws InterruptedException {
        try (var client = DflockdClient.connect(args[0])) {
            for (int i = 1; i < args.length; i++) {
                ask(client, args[i]);
            }
            if (args.length == 1) {
                work(client, Duration.ofSeconds(30), order -> System.out.println("made " + order));
            }
        }
    }

    /** The order is kept in a value until it is done; the list only says that there is something to do. */
    static void ask(DflockdClient client, String picture) throws InterruptedException {
        client.values().set("thumbnail." + picture, "200x200");
        client.lists().pushRight(QUEUE, picture);
    }

    /** Works until nothing comes for so long; returns how many it made. */
    static int work(DflockdClient client, Duration patience, Consumer<String> make) throws InterruptedException {
        int made = 0;
        for (var picture = client.lists().popLeft(QUEUE, patience); picture.isPresent(); picture = client.lists()
                .popLeft(QUEUE, patience)) {
            var name = picture.get();
            try (var claim = client.lock("thumbnail/" + name).acquire()) {
                var size = client.values().get("thumbnail." + name);
                if (size.isPresent()) { // else another worker has done it already
                    make.accept(name + " " + size.get());
                    claim.ensureValid();
                    client.values().delete("thumbnail." + name); // last: until then another can begin anew
                    made++;
                }
            }
        }
        return made;
    }
}
