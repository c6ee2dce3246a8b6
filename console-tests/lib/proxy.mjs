// @ts-check
// A proxy that has the server below a path of its own, as operators have.
import { createServer, request } from "node:http";

/** @param {number} port of the server @param {string} prefix */
export async function startProxy(port, prefix) {
  const proxy = createServer((incoming, outgoing) => {
    const url = incoming.url ?? "";
    if (!url.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404).end();
      return;
    }
    const through = request({ host: "127.0.0.1", port, path: url.slice(prefix.length), method: incoming.method, headers: incoming.headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    through.on("error", () => outgoing.destroy());
    incoming.pipe(through);
  });
  await new Promise(done => proxy.listen(0, "127.0.0.1", () => done(null)));
  const { port: own } = /** @type {import("node:net").AddressInfo} */ (proxy.address());
  return {
    address: `http://127.0.0.1:${own}`,
    stop() {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}
