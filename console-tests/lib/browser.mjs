// @ts-check
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** Debian's, or that of the variable. */
export const CHROMIUM = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export const launch = () => chromium.launch({
  executablePath: CHROMIUM,
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [], // its sandbox does not work for root
});
