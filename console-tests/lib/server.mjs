// @ts-check
// The server as it is delivered, with a token for administrators and free ports.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = process.env.DFLOCKD_CONSOLE_SERVER
  ?? fileURLToPath(new URL("../../distribution/target/dflockd/bin/dflockd", import.meta.url));
const START_MS = 30_000;

export const TOKEN = "an-administrators-token-that-is-long-enough";

/** @param {string[]} flags */
export async function start(...flags) {
  const folder = await mkdtemp(join(tmpdir(), "dflockd-console-"));
  const tokenFile = join(folder, "token");
  await writeFile(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
  const process = spawn(PROGRAM, ["--port", "0", "--admin-port", "0", "--admin-token-file", tokenFile, ...flags],
    { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  /** @type {Set<() => void>} */
  const listeners = new Set();
  for (const stream of [process.stdout, process.stderr]) {
    stream.setEncoding("utf8").on("data", text => {
      log += text;
      listeners.forEach(one => one());
    });
  }

  /** The first line of the log that matches, also one that comes later. @param {RegExp} pattern @returns {Promise<RegExpMatchArray>} */
  function logged(pattern, withinMs = 10_000) {
    return new Promise((done, failed) => {
      const late = setTimeout(() => over(() => failed(new Error(`no ${pattern} in the log:\n${log.slice(-3000)}`))), withinMs);
      const look = () => {
        const found = log.match(pattern);
        if (found) {
          over(() => done(found));
        }
      };
      /** @param {() => void} then */
      const over = then => {
        clearTimeout(late);
        listeners.delete(look);
        then();
      };
      listeners.add(look);
      look();
    });
  }

  const admin = await logged(/answering operators address="?127\.0\.0\.1:(\d+)/, START_MS);
  const data = await logged(/ listening address="?127\.0\.0\.1:(\d+)/, START_MS);
  return {
    port: Number(data[1]),
    adminPort: Number(admin[1]),
    console: `http://127.0.0.1:${admin[1]}/console/`,
    logged,
    async stop() {
      process.kill("SIGTERM");
      await new Promise(done => process.exitCode === null ? process.once("exit", done) : done(null));
      await rm(folder, { recursive: true });
    },
  };
}
