// @ts-check
// What an operator does with the console, in a real browser, on a server that holds 100,000 locks. The tests build on each other.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "../lib/browser.mjs";
import { lockAddress, logIn, NARROW, newPage, open, picture, requireAccessible, requireNoSideways } from "../lib/page.mjs";
import { start, TOKEN } from "../lib/server.mjs";
import { startProxy } from "../lib/proxy.mjs";
import { Client, fill } from "../lib/wire.mjs";

const LOCKS = 100_000;
const STUCK = "jobs/nightly";
const HOSTILE = ["<script>document.title='taken'</script>", "a\"b'c`${1}<img/src=x/onerror=alert(1)>", "bell\x07red\x1b[31m", "rtl\u202egnp.exe",
  "x".repeat(254), "ключ/日本", "a/b%2fc?d#e", "../../etc", Buffer.from([0x66, 0xff, 0xfe, 0x80, 0x62])]
  .map(key => Buffer.concat([Buffer.from("h/"), Buffer.from(key)]));
const SHOWN = ["<script>document.title='taken'</script>", "a\"b'c`${1}<img/src=x/onerror=alert(1)>", "bell\\x07red\\x1b[31m", "rtl\\u{202e}gnp.exe",
  "x".repeat(254), "ключ/日本", "a/b%2fc?d#e", "../../etc", "f\\xff\\xfe\\x80b"].map(key => `h/${key}`);

/** @type {Awaited<ReturnType<typeof start>>} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Client[]} */
const clients = [];
/** Of an operator, under the strict policy. @type {Awaited<ReturnType<typeof newPage>>} */
let user;

/** @param {string} name */
async function client(name) {
  const opened = await Client.open(server.port, name);
  clients.push(opened);
  return opened;
}

before(async () => {
  [server, browser] = await Promise.all([start(), launch()]);
  const stuck = await client("worker-7");
  await stuck.lock(STUCK, 7200);
  clients.push(...await fill(server.port, LOCKS, 20));
  for (let i = 1; i <= 3; i++) {
    const waiter = await client(`worker-${i + 20}`);
    waiter.ask("l", STUCK, "600 600"); // waits
  }
  const renderer = await client("render-1");
  await renderer.ask("sl", "render/gpu", "0 4 600");
  const reader = await client("report-3");
  await reader.ask("rl", "tables/orders", "0 600");
  user = await newPage(browser);
});

after(async () => {
  await browser?.close();
  clients.forEach(one => one.close());
  await server?.stop();
});

test("looksAtTheFirstPageOfAHundredThousandLocks", async () => {
  const { page } = user;
  await open(page, `http://127.0.0.1:${server.adminPort}/`, "Locks");
  assert.equal(new URL(page.url()).pathname, "/console/");
  await page.getByText("100,003 keys").waitFor();
  assert.equal(await page.locator("tbody tr").count(), 50);
  await page.locator(".tile", { hasText: "Waiting" }).getByText("3", { exact: true }).waitFor();
});

test("pagesFiltersAndOrderAreInTheAddress", async () => {
  const { page } = user;
  await page.getByRole("link", { name: "Next page" }).click();
  await page.getByText("Page 2").waitFor();
  await page.locator("main[aria-busy=false]").waitFor();
  const second = await page.locator("tbody tr").first().innerText();
  await page.reload();
  await page.getByText("Page 2").waitFor();
  await page.locator("main[aria-busy=false] tbody tr").first().waitFor();
  assert.equal(await page.locator("tbody tr").first().innerText().then(text => text.split("\t")[0]), second.split("\t")[0]);
  await page.goBack();
  await page.getByText("Page 1").waitFor();

  await page.getByLabel("Key begins with").fill("orders/0999");
  await page.getByText("100 keys").waitFor();
  assert.match(page.url(), /prefix=orders%2F0999/);
  await page.getByLabel("State").selectOption("contended");
  await page.getByText("Nothing matches.").waitFor();
  await picture(page, "empty");
  await page.reload();
  assert.equal(await page.getByLabel("State").inputValue(), "contended");
  assert.equal(await page.getByLabel("Key begins with").inputValue(), "orders/0999");
  await page.getByRole("link", { name: "Show all" }).click();
  await page.getByText("100,003 keys").waitFor();
});

test("theLongestHeldIsOneClickAway", async () => {
  const { page } = user;
  await page.getByRole("link", { name: "Longest held" }).click();
  await page.locator("th[aria-sort=descending]", { hasText: "Held for" }).waitFor();
  await page.locator("tbody tr").first().getByText(STUCK).waitFor();
  await picture(page, "locks");
});

test("theHottestIsTheOneThatIsWantedMostOften", async () => {
  const hot = await client("eager-1");
  for (let i = 0; i < 20; i++) {
    await hot.ask("l", STUCK, "0 600"); // refused
  }
  const { page } = user;
  await open(page, `${server.console}#/locks`, "Locks");
  await page.getByRole("link", { name: "Hottest" }).click();
  await page.getByRole("columnheader", { name: "Heat" }).waitFor();
  assert.match(await page.locator("tbody tr").first().innerText(), /jobs\/nightly[^]*\d+(\.\d)?$/);
});

test("dataIsListedByItsKindAndWhatIsInItIsShownWhenAsked", async () => {
  const writer = await client("writer-1");
  await writer.ask("kset", "conf/mode", "secret-value\t600");
  await writer.ask("kset", HOSTILE[0].toString("latin1"), "secret-value");
  await writer.ask("incr", "visits", "4711");
  await writer.ask("rpush", "todo", "secret-value");
  await writer.ask("listen", "news.>", "");
  const { page } = user;
  await open(page, server.console, "Locks");
  await page.getByRole("link", { name: "Data", exact: true }).click();
  await page.getByText("conf/mode").waitFor();
  await page.getByText(SHOWN[0]).waitFor();
  assert.match(await page.locator("tbody").innerText(), /12 bytes[^]*(9 m|10 m)/);
  await page.getByLabel("Key begins with").fill("conf/");
  await page.getByText("1 value", { exact: true }).waitFor();
  await picture(page, "data");
  for (const [kind, key] of [["Counters", "visits"], ["Lists", "todo"], ["Channels", "news.>"]]) {
    await page.getByRole("link", { name: kind }).click();
    await page.getByText(key, { exact: true }).waitFor();
    assert.doesNotMatch(await page.locator("main").innerText(), /secret-value|4,?711/);
  }
  for (const [kind, key, contents] of [["Values", "conf/mode", "secret-value"], ["Counters", "visits", "4711"], ["Lists", "todo", "secret-value"]]) {
    await page.getByRole("link", { name: kind }).click();
    await page.locator("tbody tr", { hasText: key }).getByRole("button", { name: "Show" }).click();
    await page.getByRole("dialog", { name: key }).getByText(contents).waitFor();
    if (kind === "Lists") {
      await picture(page, "contents");
    }
    await page.keyboard.press("Escape");
  }
  assert.doesNotMatch(await page.locator("body").innerText(), /secret-value/, "after it was closed");
  await page.getByRole("link", { name: "Barriers" }).click();
  await page.getByText("There are no barriers.").waitFor();
  assert.match(page.url(), /#\/data\?what=barriers$/);
  await open(page, `${server.console}#/locks?sort=age`, "Locks");
});

test("whoMayOnlyLookIsToldWhatIsMissing", async () => {
  const { page } = user;
  await page.getByRole("link", { name: STUCK }).click();
  await page.getByText("3 waiters").waitFor();
  await page.getByText("Releasing needs the right “release”.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Release…" }).count(), 0);
});

test("whatOneMayNotHaveDoneIsThereAndSaysWhy", async () => {
  const { page } = user;
  await open(page, `${server.console}#/server`, "Server");
  for (const [name, right] of [["Drain…", "drain"], ["Read files again…", "reload"], ["Log level…", "reload"], ["Download the state…", "backup"]]) {
    const button = page.getByRole("button", { name });
    assert.ok(await button.isDisabled(), name);
    const why = page.locator(`#${await button.getAttribute("aria-describedby")}`);
    await why.getByText(`needs the right “${right}”`).waitFor();
  }
  await open(page, server.console + lockAddress(STUCK), STUCK);
});

test("theTokenIsSentOnceAndKeptNowhere", async () => {
  const { page, context } = user;
  await page.getByRole("link", { name: "Log in" }).first().click();
  await page.locator("input[name=token]:focus").waitFor(); // whoever has come to log in types at once
  await page.getByLabel("Token").fill("a wrong one");
  await page.keyboard.press("Enter");
  await page.getByText("the token is none that this server knows").waitFor();
  await picture(page, "login");
  await page.getByLabel("Token").fill(TOKEN);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Log out" }).waitFor();
  const traces = await page.evaluate(() => JSON.stringify({
    page: document.documentElement.outerHTML, fields: Array.from(document.querySelectorAll("input"), one => one.value), address: location.href,
    cookies: document.cookie, local: { ...localStorage }, session: { ...sessionStorage }, state: history.state, name: window.name,
  }));
  assert.ok(!traces.includes(TOKEN));
  assert.ok(traces.includes('"cookies":""'), "a script can read the cookie");
  const [cookie] = await context.cookies();
  assert.ok(cookie.httpOnly && cookie.sameSite === "Strict" && !cookie.value.includes(TOKEN), JSON.stringify(cookie));
});

test("releaseWantsTheKeyAndAReasonAndGoesByKeyboardAlone", async () => {
  const { page } = user;
  await open(page, `${server.console}#/locks`, "Locks");
  await page.keyboard.press("/");
  await page.keyboard.type("jobs/");
  await page.getByText("1 key", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const release = page.getByRole("button", { name: "Release…" });
  await release.waitFor();
  const holder = page.locator("tbody tr", { hasText: "worker-7" });
  assert.match(await holder.innerText(), /since \d\d:\d\d:\d\d[^]*1 h 59 m of 2 h/);
  assert.match(await page.locator("tbody tr", { hasText: "worker-21" }).innerText(), /since \d\d:\d\d:\d\d/);
  await picture(page, "lock");
  while (!await release.evaluate(one => one === document.activeElement)) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Release this hold?" });
  await dialog.getByText("worker-7").waitFor();
  await dialog.getByText("worker-21").waitFor();
  const button = dialog.getByRole("button", { name: "Release", exact: true });
  assert.ok(await button.isDisabled());
  await page.keyboard.type("jobs/nightl");
  await page.keyboard.press("Tab");
  await page.keyboard.type("its host is gone");
  assert.ok(await button.isDisabled(), "with another key");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("End");
  await page.keyboard.type("y");
  assert.ok(await button.isEnabled());
  await picture(page, "release");
  await page.keyboard.press("Enter");
  await dialog.getByText("The hold has ended and the next in the queue has the key.").waitFor();
  await page.keyboard.press("Enter"); // Close has the focus
  await page.locator("tbody tr", { hasText: "worker-21" }).getByRole("button", { name: "Release…" }).waitFor();
  await page.locator(".story").getByText("worker-7@127.0.0.1").waitFor();
  await server.logged(/"hold\.revoked","actor":"admin","via":"console".*"key":"jobs\/nightly".*"holder":"worker-7@.*"next":"worker-21@.*"reason":"its host is gone","outcome":"done"/);
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { level: 1, name: "Locks" }).waitFor();
});

test("aHoldThatHasEndedMeanwhileIsNotMixedUpWithTheNext", async () => {
  const { page } = user;
  const quick = await client("quick-1");
  const token = await quick.lock("jobs/quick");
  await open(page, server.console + lockAddress("jobs/quick"), "jobs/quick");
  await page.getByRole("button", { name: "Release…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Type the key to confirm").fill("jobs/quick");
  await dialog.getByLabel("Reason, for the audit log").fill("too slow");
  await quick.ask("r", "jobs/quick", token);
  await quick.lock("jobs/quick");
  await dialog.getByRole("button", { name: "Release", exact: true }).click();
  await dialog.getByText("Not done: it has changed meanwhile.").waitFor();
  await dialog.getByText("this hold has ended; the key is held with the fence").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
});

test("sessionsAndConnectionsCanBeEnded", async () => {
  const { page } = user;
  const doomed = await client("doomed-1");
  await doomed.lock("jobs/doomed");
  await open(page, server.console + lockAddress("jobs/doomed"), "jobs/doomed");
  await page.locator("tbody td.wide a").first().click();
  await page.getByRole("link", { name: "jobs/doomed" }).waitFor();
  await page.getByRole("button", { name: "End…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason, for the audit log").fill("it was sent by mistake");
  const end = dialog.getByRole("button", { name: "End session" });
  assert.equal(await end.isDisabled(), true, "a session has many holds, so its number is typed");
  const [number] = /\d+/.exec(await dialog.getByRole("heading").innerText());
  await dialog.getByLabel("Type the session's number to confirm").fill(number);
  await end.click();
  await dialog.getByText("The session has ended.").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await open(page, `${server.console}#/sessions`, "Sessions");
  await picture(page, "sessions");
  await open(page, `${server.console}#/connections`, "Connections");
  const connection = page.locator("tbody tr", { hasText: "report-3" });
  assert.match(await connection.innerText(), /report-3 @127\.0\.0\.1:\d+[^]*\d+ bytes\t\d+ bytes[^]*no TLS/);
  await picture(page, "connections");
  await page.getByRole("button", { name: "End…" }).last().click();
  await dialog.getByLabel("Reason, for the audit log").fill("nobody needs it");
  await dialog.getByRole("button", { name: "End connection" }).click();
  await dialog.getByText("The connection has ended.").waitFor();
  await page.keyboard.press("Escape");
  await server.logged(/connection\.ended.*nobody needs it.*done/);
  await open(page, `${server.console}#/server`, "Server");
  await page.getByText("observe, release, sessions").waitFor();
  await picture(page, "server");
  await page.getByRole("button", { name: "Drain…" }).click();
  await dialog.getByLabel("Reason, for the audit log").fill("a new kernel");
  await dialog.getByRole("button", { name: "Drain" }).click();
  await dialog.getByText("The server takes nothing new.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Undo…" }).click();
  await dialog.getByLabel("Reason, for the audit log").fill("done");
  await dialog.getByRole("button", { name: "Take all again" }).click();
  await dialog.getByText("The server takes all again.").waitFor();
  await page.keyboard.press("Escape");
  await server.logged(/server\.drained.*a new kernel.*done/);
});

test("howTheServerIsSetIsShownWithoutSecretsAndChangedByWhoMay", async () => {
  const { page } = user;
  await open(page, `${server.console}#/settings`, "Settings");
  await page.locator("tbody tr", { hasText: "admin-token-file" }).getByText("flag").waitFor();
  assert.equal(await page.getByRole("rowheader", { name: /^max-locks/ }).count(), 0);
  await page.getByText("it speaks no TLS").waitFor();
  await page.getByRole("link", { name: "All", exact: true }).click();
  assert.match(await page.locator("tbody tr", { hasText: /^max-memory/ }).innerText(), /70% now \d{7,}\tdefault\ta restart/);
  await picture(page, "settings");

  await open(page, `${server.console}#/server`, "Server");
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Read files again…" }).click();
  await dialog.getByLabel("Reason, for the audit log").fill("a new colleague");
  await dialog.getByRole("button", { name: "Read again" }).click();
  await dialog.getByText("Nothing has changed.").waitFor();
  await page.keyboard.press("Escape");
  await server.logged(/server\.reloaded.*"via":"console".*a new colleague.*done/);
  await page.getByRole("button", { name: "Log level…" }).click();
  await dialog.getByLabel("Part of the server").fill("io.dflockd.nothing");
  await dialog.getByRole("button", { name: "Change" }).click();
  await dialog.getByText("Not done.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Log level…" }).click();
  await dialog.getByLabel("Part of the server").fill("io.dflockd.http");
  await dialog.getByLabel("Level").selectOption("warn");
  await picture(page, "log-level");
  await page.keyboard.press("Enter");
  await dialog.getByText("It logs so from now on.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("io.dflockd.http").waitFor();
  await page.getByRole("button", { name: "Download the state…" }).click();
  await dialog.getByLabel("Reason, for the audit log").fill("before the upgrade");
  await dialog.getByRole("button", { name: "Download" }).click();
  await dialog.getByText("Not done. this server has its state in memory alone, and more than the 16 MiB").waitFor();
  await page.keyboard.press("Escape");
});

test("theStateIsDownloadedAsItIsInTheAuditLog", async t => {
  const small = await start();
  t.after(() => small.stop());
  const { page, context, complaints } = await newPage(browser);
  await open(page, `${small.console}#/server`, "Server");
  await logIn(page, TOKEN);
  await page.getByRole("button", { name: "Download the state…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason, for the audit log").fill("before the upgrade");
  const [download] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Download" }).click()]);
  await dialog.getByText(/The browser has it: \d+ bytes\./).waitFor();
  const [record] = await small.logged(/\{.*"state\.copied".*before the upgrade.*\}/);
  const kept = await readFile(await download.path());
  assert.equal(createHash("sha256").update(kept).digest("hex"), JSON.parse(record).sha256);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("whoLeadsAndWhoStandsIsSeen", async () => {
  const { page } = user;
  const leader = await client("planner-1");
  assert.match(await leader.ask("elect", "jobs/leader", "0 600"), /^ok /);
  (await client("planner-2")).ask("elect", "jobs/leader", "600 600"); // waits
  await open(page, `${server.console}#/elections`, "Elections");
  const row = page.locator("tbody tr", { hasText: "jobs/leader" });
  await row.getByRole("cell").nth(1).getByText("planner-1").waitFor();
  await row.getByRole("cell", { name: "1", exact: true }).waitFor();
  assert.match(await row.innerText(), /planner-1 @127[^]*since \d\d:[^]*of 10 m/);
  assert.equal(await page.locator("tbody tr").count(), 1, "and no locks");
  await picture(page, "elections");
  await row.getByRole("link", { name: "jobs/leader" }).click();
  await page.getByText("1 leader").waitFor();
  await page.getByText("1 candidate").waitFor();
});

test("keysAreShownAsTheyAreAndHideNothing", async () => {
  const { page } = user;
  const hostile = await client("weird\u202ename");
  for (const key of HOSTILE) {
    await hostile.lock(key);
  }
  await open(page, `${server.console}#/locks?prefix=h%2F`, "Locks");
  for (const [at, text] of SHOWN.entries()) {
    const link = page.locator("tbody tr :first-child a.key").filter({ hasText: text });
    await link.click();
    await page.getByRole("heading", { level: 1 }).filter({ hasText: text }).waitFor();
    await page.getByRole("button", { name: "Release…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Type the key to confirm").fill(text);
    await dialog.getByLabel("Reason, for the audit log").fill("a \"reason\"\u202e");
    await dialog.getByRole("button", { name: "Release", exact: true }).click();
    await dialog.getByText("The hold has ended.").waitFor();
    if (at === 3) {
      await picture(page, "hostile");
    }
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Locks" }).waitFor();
  }
  assert.match(await page.title(), /dflockd$/);
});

test("whatIsOldIsGreyWithItsAge", async () => {
  const { page, context } = user;
  await open(page, `${server.console}#/locks`, "Locks");
  await context.route("**/api/**", route => route.abort());
  await page.getByText(/What you see is .* old: the server does not answer/).waitFor();
  await page.locator("main.stale tbody tr").first().waitFor();
  await picture(page, "stale");
  await context.unroute("**/api/**");
  await page.locator("main:not(.stale)").waitFor();
});

test("anAnswerThatBreaksOffIsNone", async () => {
  const { page, context } = user;
  await open(page, `${server.console}#/locks`, "Locks");
  await context.route("**/api/**", route => route.fulfill({ contentType: "application/json", body: '{"node":' }));
  await page.getByText(/What you see is .* old: the server does not answer/).waitFor();
  await page.locator("main.stale tbody tr").first().waitFor();
  await context.unroute("**/api/**");
  await page.locator("main:not(.stale)").waitFor();
});

test("thePolicyOfThePageIsNeverBroken", () => {
  assert.deepEqual(user.complaints, []);
});

test("nothingIsAskedWhileNobodyLooks", async () => {
  const { page, context } = await newPage(browser);
  await page.clock.install();
  await open(page, `${server.console}#/locks`, "Locks");
  await page.clock.pauseAt(Date.now() + 60_000);
  let asked = 0;
  page.on("request", () => asked++);
  await page.clock.runFor(20_000);
  assert.ok(asked > 0, "while somebody looks");
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, value: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  asked = 0;
  await page.clock.runFor(120_000);
  assert.equal(asked, 0);
  const again = page.waitForRequest(/api/);
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, value: false });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await again;
  await context.close();
});

test("worksWhereverAProxyPutsIt", async t => {
  const proxy = await startProxy(server.adminPort, "/ops/locks");
  t.after(() => proxy.stop());
  const { page, context, complaints } = await newPage(browser);
  await open(page, `${proxy.address}/ops/locks/`, "Locks");
  assert.equal(new URL(page.url()).pathname, "/ops/locks/console/");
  await logIn(page, TOKEN);
  await open(page, `${proxy.address}/ops/locks/console/${lockAddress(STUCK)}`, STUCK);
  await page.getByRole("button", { name: "Release…" }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

for (const scheme of /** @type {const} */ (["light", "dark"])) {
  test(`everybodyCanUseIt_${scheme}`, async () => {
    const { page, context } = await newPage(browser, { colorScheme: scheme, bypassCSP: true, reducedMotion: "reduce" });
    await open(page, `${server.console}#/login`, "Log in");
    await requireAccessible(page, "login");
    await page.getByLabel("Token").fill(TOKEN);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Log out" }).waitFor();
    /** @type {[string, string][]} */
    const views = [["#/locks?sort=waiters", "Locks"], ["#/locks?prefix=nothing", "Locks"], [lockAddress(STUCK), STUCK],
      ["#/locks?sort=heat", "Locks"], ["#/data", "Data"], ["#/data?what=lists", "Data"], ["#/data?what=channels", "Data"], ["#/elections", "Elections"], ["#/settings?all=yes", "Settings"],
      ["#/sessions", "Sessions"], ["#/connections", "Connections"], ["#/events", "Events"], ["#/server", "Server"]];
    for (const [address, heading] of views) {
      await open(page, server.console + address, heading);
      await requireAccessible(page, address);
      if (scheme === "dark" && address.includes("waiters")) {
        await picture(page, "locks-dark");
      }
    }
    await open(page, server.console + lockAddress(STUCK), STUCK);
    await page.getByRole("button", { name: "Release…" }).click();
    await requireAccessible(page, "release");
    if (scheme === "dark") {
      await picture(page, "release-dark");
    }
    await page.keyboard.press("Escape");
    await page.setViewportSize(NARROW);
    for (const [address, heading] of views) {
      await open(page, server.console + address, heading);
      await requireNoSideways(page, address);
    }
    await open(page, server.console + lockAddress(STUCK), STUCK);
    await picture(page, `narrow-${scheme}`);
    await page.getByRole("button", { name: "Release…" }).click();
    await requireNoSideways(page, "release");
    await requireAccessible(page, "narrow");
    await page.keyboard.press("Escape");
    await open(page, `${server.console}#/server`, "Server");
    await page.getByRole("button", { name: "Log level…" }).click();
    await requireNoSideways(page, "log level");
    await requireAccessible(page, "log level");
    await page.keyboard.press("Escape");
    await open(page, `${server.console}#/data`, "Data");
    await page.getByRole("button", { name: "Show" }).first().click();
    await page.getByRole("dialog").getByText("secret-value").waitFor();
    await requireNoSideways(page, "contents");
    await requireAccessible(page, "contents");
    await context.close();
  });
}

test("identitiesAreShownAndWhoMayNotReadIsToldSo", async t => {
  const folder = await mkdtemp(join(tmpdir(), "dflockd-identities-"));
  const digest = token => `sha256:${createHash("sha256").update(token).digest("hex")}`;
  const file = join(folder, "identities.yaml");
  await writeFile(file, ["jobs", "viewer", "reader"].map((name, i) => `  - name: ${name}\n    tokens: ["${digest(`t-${name}`)}"]
    rules: [{allow: [${["hold, write", "observe", "observe, read"][i]}], keys: ["*"]}]\n`).join("").replace(/^/, "identities:\n"));
  const ruled = await start("--identities", file);
  t.after(() => ruled.stop());
  const worker = await Client.open(ruled.port);
  t.after(() => worker.close());
  assert.equal(await worker.ask("auth", "_", "t-jobs"), "ok");
  await worker.ask("hello", "_", "worker-7");
  await worker.lock("jobs/nightly");
  await worker.ask("kset", "conf/mode", "secret-value");
  for (const [name, seen] of [["viewer", "read"], ["reader", "secret-value"]]) {
    const { page, context, complaints } = await newPage(browser);
    await page.goto(`${ruled.console}#${lockAddress("jobs/nightly").slice(1)}`);
    await page.getByLabel("Token").fill(`t-${name}`);
    await page.keyboard.press("Enter");
    assert.match(await page.locator("tbody tr", { hasText: "worker-7" }).innerText(), /worker-7 @127\.0\.0\.1:\d+ as jobs/);
    await open(page, `${ruled.console}#/connections`, "Connections");
    await page.locator("tbody tr", { hasText: "worker-7" }).getByText("as jobs").waitFor();
    await open(page, `${ruled.console}#/data`, "Data");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("dialog", { name: "conf/mode" }).getByText(seen).waitFor();
    assert.equal((await page.getByRole("dialog").innerText()).includes("secret-value"), name === "reader");
    assert.deepEqual(complaints, []);
    await context.close();
  }
  await rm(folder, { recursive: true });
});

test("whoMustLogInStaysWhereHeWas", async t => {
  const closed = await start("--auth-token", "the-token-of-all-clients");
  t.after(() => closed.stop());
  const { page, context, complaints } = await newPage(browser);
  await page.goto(`${closed.console}#/locks?prefix=jobs%2F`);
  await page.getByLabel("Token").fill("the-token-of-all-clients");
  await page.keyboard.press("Enter");
  await page.getByText("Nothing matches.").waitFor();
  assert.equal(await page.getByLabel("Key begins with").inputValue(), "jobs/");
  await page.goto(`${closed.console}#/locks`);
  await page.getByText("dflock run jobs/nightly -- sleep 60").waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("whatHappenedWhileNobodyLookedIsNotTold", async () => {
  const { page, context, complaints } = await newPage(browser);
  await page.clock.install();
  const holder = await client("gone-1");
  const token = (await holder.ask("l", "jobs/unseen", "0 600")).split(" ")[1];
  await open(page, server.console + lockAddress("jobs/unseen"), "jobs/unseen");
  await page.getByText("gone-1").first().waitFor();
  await open(page, `${server.console}#/events`, "Events");
  assert.equal(await holder.ask("r", "jobs/unseen", token), "ok");
  await page.clock.fastForward(60_000);
  await open(page, server.console + lockAddress("jobs/unseen"), "jobs/unseen");
  await page.getByText("Nobody holds this key.").waitFor();
  assert.equal(await page.getByText("no longer holds it").count(), 0, "it is not known when that was");
  assert.deepEqual(complaints, []);
  await context.close();
});

test("aSessionThatIsGoneIsNoFaultOfTheServer", async () => {
  const { page, context } = await newPage(browser);
  await open(page, `${server.console}#/session?id=999999`, "Session 999999");
  await page.getByText("Not there.").waitFor();
  assert.equal(await page.locator("header .state").innerText(), "Ready");
  await context.close();
});

test("whatHappensIsSeenWhileItDoesAndStaysStillWhilePaused", async () => {
  const { page, context, complaints } = await newPage(browser);
  await open(page, `${server.console}#/events?prefix=seen%2F`, "Events");
  await page.getByText("Nothing has happened since you came.").waitFor();
  const worker = await client("worker-50");
  await worker.lock("seen/first", 600);
  await worker.ask("kset", "other", "x");
  await page.locator("tbody tr", { hasText: "granted" }).getByRole("link", { name: "seen/first" }).waitFor();
  assert.equal(await page.locator("tbody tr").count(), 1);

  await page.getByRole("button", { name: "Pause" }).click();
  await worker.ask("kset", "seen/second", "x");
  await page.getByText("1 more").waitFor();
  assert.equal(await page.locator("tbody tr").count(), 1);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("seen/second").waitFor();
  await picture(page, "events");

  await page.getByLabel("What").selectOption("Lost holds");
  await page.getByText("Nothing has happened since you came.").waitFor();
  await page.getByRole("link", { name: "Locks", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Locks" }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("whoLoggedOutMayOnlyLook", async () => {
  const { page, context } = user;
  await open(page, server.console + lockAddress(STUCK), STUCK);
  const { value } = (await context.cookies())[0];
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByText("Releasing needs the right “release”.").waitFor();
  const again = await fetch(`${server.console}../api/v1/locks/nothing/release`, { method: "POST", body: '{"fence":1,"reason":"x"}',
    headers: { "Content-Type": "application/json", Cookie: `dflockd_0=${value}` } });
  assert.equal(again.status, 401);
});
