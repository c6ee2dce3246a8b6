// @ts-check
// Speaks the line protocol, as far as these tests need it.
import { connect } from "node:net";

/** One client of the server. */
export class Client {
  /** @param {import("node:net").Socket} socket */
  constructor(socket) {
    this.socket = socket;
    this.rest = Buffer.alloc(0);
    /** @type {((line: string) => void)[]} */
    this.waiting = [];
    socket.on("data", bytes => this.take(bytes));
    socket.on("error", () => {}); // the server may end it, which some tests want
  }

  /** @param {number} port @param {string} [name] */
  static async open(port, name) {
    const socket = connect(port, "127.0.0.1");
    await new Promise((done, failed) => socket.once("connect", done).once("error", failed));
    const client = new Client(socket);
    if (name !== undefined) {
      await client.ask("hello", "_", name);
    }
    return client;
  }

  /** @param {Buffer} bytes */
  take(bytes) {
    this.rest = Buffer.concat([this.rest, bytes]);
    for (let end = this.rest.indexOf(10); end >= 0; end = this.rest.indexOf(10)) {
      this.waiting.shift()?.(this.rest.subarray(0, end).toString("latin1"));
      this.rest = this.rest.subarray(end + 1);
    }
  }

  /** The answer. @param {string} command @param {string | Buffer} key @param {string} argument @returns {Promise<string>} */
  ask(command, key, argument) {
    return new Promise(done => {
      this.waiting.push(done);
      this.socket.write(Buffer.concat([Buffer.from(`${command}\n`), Buffer.from(key), Buffer.from(`\n${argument}\n`)]));
    });
  }

  /** Takes a lock at once; returns its token. @param {string | Buffer} key @param {number} leaseS */
  async lock(key, leaseS = 3600) {
    const answer = await this.ask("l", key, `0 ${leaseS}`);
    if (!answer.startsWith("ok ")) {
      throw new Error(`l ${key}: ${answer}`);
    }
    return answer.split(" ")[1];
  }

  close() {
    this.socket.destroy();
  }
}

/** Takes many locks, over few connections, which hold them. @param {number} port @param {number} count @param {number} clients */
export async function fill(port, count, clients) {
  const each = count / clients;
  return Promise.all(Array.from({ length: clients }, async (_, number) => {
    const client = await Client.open(port, `shop-${number + 1}`);
    const answers = [];
    for (let i = 0; i < each; i++) {
      answers.push(client.ask("l", `orders/${String(number * each + i).padStart(6, "0")}`, "0 3600"));
      if (answers.length === 1000) {
        await Promise.all(answers.splice(0));
      }
    }
    await Promise.all(answers);
    return client;
  }));
}
