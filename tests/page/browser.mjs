// The browser, whoever sits at it, and what every step needs.
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export const [base, password, leverUrl, leverKey, pictures, once, signInUrl, signInApp] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  // Nothing but this machine has an address.
  args: ["--headless", "--no-sandbox", "--disable-quic", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});

export const result = { failed: 0 };
export const step = async (name, work) => {
  const from = Date.now();
  try {
    await work();
    console.log(`ok ${name} (${Date.now() - from} ms)`);
  } catch (error) {
    result.failed += 1;
    console.log(`FAILED ${name}: ${error.message ?? error}`);
  }
};
export const must = (fact, words) => { if (!fact) throw new Error(words); };

/// Clicks what leads to a page, and waits until that one is there, with its script: a click alone may end on the page before. Where a page
/// loads itself again, what it comes to is waited for besides.
export const follow = async (link) => {
  const page = link.page();
  await page.evaluate(() => { window.before = true; });
  await link.click();
  await page.waitForFunction(() => !window.before && document.readyState === "complete");
};
/// Leaves the field that a page begins in, which the browser enters some time after the page is there.
export const leave = async (page) => {
  await page.waitForFunction(() => [null, document.activeElement].includes(document.querySelector("[autofocus]")));
  await page.keyboard.press("Escape");
};

// Whatever a browser complains of, the policy's refusals too, is an error of ours.
export const complaints = [];
const expected = [/Failed to load resource/];
export const someone = async (name, options = {}) => {
  const context = await browser.newContext({ baseURL: base, viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (it) => { if (it.type() === "error" && !expected.some((known) => known.test(it.text()))) complaints.push(`${page.url()}: ${it.text()}`); });
  page.on("pageerror", (it) => complaints.push(`${page.url()}: ${it.message}`));
  page.on("request", (it) => { if (!["127.0.0.1", ""].includes(new URL(it.url()).hostname)) complaints.push(`${page.url()} asks for ${it.url()}`); });
  page.on("dialog", (it) => { complaints.push(`${page.url()}: a dialog`); it.dismiss(); });
  if (name) {
    await page.goto("/sign-in");
    await page.fill("#name", name);
    await page.fill("#password", password);
    await follow(page.locator("main button"));
  }
  return page;
};
export const status = async (page, address) => (await page.request.get(address, { maxRedirects: 0 })).status();
export const lines = (page) => page.locator(".hit .badge").allInnerTexts();
export const flat = (text) => text.replace(/\s+/g, " ").trim();

/// The rules of WCAG 2.2 to level AA, in light and dark; and a picture of each, narrow and wide. Of a page whose make was looked at before,
/// two of the four.
const ALL = [["light", 360], ["light", 1440], ["dark", 360], ["dark", 1440]];
export const TWO = [["dark", 360], ["light", 1440]];
export const look = async (page, name, ways = ALL) => {
  for (const [colorScheme, width] of ways) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: width === 360 ? 780 : 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    must(wide <= width, `${name} is ${wide} px wide at ${width}`);
    await page.screenshot({ path: `${pictures}/${name}-${colorScheme}-${width}.png`, fullPage: true });
    // What lies under the header that stays at the top is there for whoever scrolls.
    await page.evaluate(() => scrollTo(0, 0));
    if (await page.evaluate(() => !window.axe)) await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] }));
    const told = found.violations.map((it) => `${it.id}: ${it.nodes.map((node) => `${node.target.join(" ")} ${node.html.slice(0, 120)}`).slice(0, 3).join(", ")}`);
    must(told.length === 0, `${name} in ${colorScheme} at ${width}: ${told.join("; ")}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
};

export const DAY = 24 * 3600 * 1000;
export const chip = (page, name) => page.getByRole("link", { name, exact: true });
export const ids = (page) => page.locator(".hit h2 a").evaluateAll((all) => all.map((it) => new URL(it.href).searchParams.get("id")));
/// What programs are told of the people on the page, by the same session.
export const badges = async (page, tenant) => {
  const found = await page.request.post(`/api/v1/tenants/${tenant}/badges/lookup`, { data: { profiles: await ids(page) } });
  return Object.values((await found.json()).badges);
};

// Sam signs in as the first step does.
export const sam = await someone();
export const olga = await someone("olga");
export const ada = await someone("ada");
export const inge = await someone("inge");
export const eve = await someone("eve");
