// @ts-check
// What all the tests do with a page.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const AXE = require.resolve("axe-core/axe.min.js");
/** The result of a build, or the documentation where that is to be renewed. */
const PICTURES = fileURLToPath(new URL(process.env.DFLOCKD_CONSOLE_PICTURES ? "../../docs/console/" : "../target/console/", import.meta.url));

export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 320, height: 700 };

/**
 * A page as a user has it. What the browser complains of is kept.
 * @param {import("playwright-core").Browser} browser @param {import("playwright-core").BrowserContextOptions} options
 */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on("console", message => {
    if (!message.text().startsWith("Failed to load resource")) { // that the server said no is what some tests want
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on("pageerror", error => complaints.push(String(error)));
  return { context, page, complaints };
}

/** Opens a view and waits for what it shows. @param {import("playwright-core").Page} page @param {string} address @param {string} heading */
export async function open(page, address, heading) {
  await page.goto(address);
  await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
  await page.locator("main :is(table, .notice, form.login)").first().waitFor();
}

/** The key in an address, twice in percent signs: once as bytes, once for the address. @param {string} key */
export const lockAddress = key => `#/lock?key=${encodeURIComponent(encodeURIComponent(key))}`;

/** @param {import("playwright-core").Page} page @param {string} token */
export async function logIn(page, token) {
  await page.getByRole("link", { name: "Log in" }).first().click();
  await page.getByLabel("Token").fill(token);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Log out" }).waitFor();
}

/** Finds nothing that people with other eyes, ears or hands could not use. @param {import("playwright-core").Page} page @param {string} what */
export async function requireAccessible(page, what) {
  if (!await page.evaluate(() => "axe" in window)) {
    await page.addScriptTag({ path: AXE });
  }
  const findings = await page.evaluate(async () => {
    // @ts-ignore what the script above has brought
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(one => `${one.id}: ${one.help}: ${one.nodes.map(node => node.html).slice(0, 3).join(" | ")}`);
  });
  assert.deepEqual(findings, [], what);
}

/** @param {import("playwright-core").Page} page */
export async function requireNoSideways(page, what) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= NARROW.width, `${what} is ${width} wide`);
}

/** @param {import("playwright-core").Page} page @param {string} name */
export async function picture(page, name) {
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}${name}.png`, animations: "disabled" });
}
