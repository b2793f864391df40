// Walks the pages of a running demo as its users do, in a real browser. Arguments: address, password, Lever's address, Lever's key,
// folder for pictures, address that lets somebody in once. Prints a line a step; ends with 1 where one failed.
import { chromium } from "playwright-core";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [base, password, leverUrl, leverKey, pictures, once] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-quic", "--disable-background-networking"],
});

let failed = 0;
const step = async (name, work) => {
  const from = Date.now();
  try {
    await work();
    console.log(`ok ${name} (${Date.now() - from} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.message ?? error}`);
  }
};
const must = (fact, words) => { if (!fact) throw new Error(words); };

// Whatever a browser complains of, the policy's refusals too, is an error of ours.
const complaints = [];
const expected = [/Failed to load resource/];
const someone = async (name, options = {}) => {
  const context = await browser.newContext({ baseURL: base, viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (it) => { if (it.type() === "error" && !expected.some((known) => known.test(it.text()))) complaints.push(`${page.url()}: ${it.text()}`); });
  page.on("pageerror", (it) => complaints.push(`${page.url()}: ${it.message}`));
  page.on("dialog", (it) => { complaints.push(`${page.url()}: a dialog`); it.dismiss(); });
  if (name) {
    await page.goto("/sign-in");
    await page.fill("#name", name);
    await page.fill("#password", password);
    await page.click("main button");
  }
  return page;
};
const status = async (page, address) => (await page.request.get(address, { maxRedirects: 0 })).status();
const lines = (page) => page.locator(".hit .badge").allInnerTexts();
const flat = (text) => text.replace(/\s+/g, " ").trim();

/// The rules of WCAG 2.2 to level AA, in light and dark; and a picture of each, narrow and wide.
const look = async (page, name) => {
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: width === 360 ? 780 : 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      must(wide <= width, `${name} is ${wide} px wide at ${width}`);
      await page.screenshot({ path: `${pictures}/${name}-${scheme}-${width}.png`, fullPage: true });
      // What lies under the header that stays at the top is there for whoever scrolls.
      await page.evaluate(() => scrollTo(0, 0));
      await page.evaluate(axe);
      const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
      const told = found.violations.map((it) => `${it.id}: ${it.nodes.map((node) => `${node.target.join(" ")} ${node.html.slice(0, 120)}`).slice(0, 3).join(", ")}`);
      must(told.length === 0, `${name} in ${scheme} at ${width}: ${told.join("; ")}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
};

const sam = await someone();
await step("log-in", async () => {
  await sam.goto("/t/demo/list");
  must(sam.url().includes("/sign-in?then="), "whoever is not signed in is sent to the sign-in");
  await look(sam, "sign-in");
  await sam.fill("#name", "sam");
  await sam.fill("#password", "this is not the password");
  await sam.click("main button");
  must(await sam.getByRole("alert").isVisible(), "a wrong password is said to be wrong");
  await sam.fill("#password", password);
  await sam.click("main button");
  must(sam.url().endsWith("/t/demo/list"), "and the right one leads on");
});
await step("an address that lets in once", async () => {
  const first = await someone();
  await first.goto(once);
  must(first.url().endsWith("/t/demo/search"), "in, and where a sourcer begins");
  const second = await someone();
  await second.goto(once);
  must(second.url().endsWith("/sign-in"), "and nobody a second time");
});
const olga = await someone("olga");
const ada = await someone("ada");
const inge = await someone("inge");

let person;
await step("search, with a typo", async () => {
  await sam.goto("/t/demo/search?in_ats=only");
  // Someone with a name of two long words in Latin letters.
  const names = await sam.locator(".hit h2 a").allInnerTexts();
  person = names.find((it) => /^[A-Za-z]{4,} [A-Za-z]{5,}$/.test(it)) ?? names[0];
  await sam.keyboard.press("/");
  await sam.keyboard.type(person.slice(0, -2) + person.slice(-1));
  await sam.keyboard.press("Enter");
  await sam.waitForURL(/q=/);
  const found = await sam.locator(".hit h2 a").allInnerTexts();
  must(found.includes(person), `${person} is found without a letter: ${found}`);
  await look(sam, "search");
});

await step("each chip", async () => {
  const names = ["Hide in Lever", "Only in Lever", "Archived over 6 months ago", "Over 12 months", "Over 24 months", "Reached onsite", "Untouched for 90 days", "Never applied"];
  const fits = {
    "Hide in Lever": /^(Nothing to show|Not checked)/, "Only in Lever": /^(In Lever|Do not contact)/,
    "Archived over 6 months ago": /Archived/, "Over 12 months": /Archived/, "Over 24 months": /Archived/, "Reached onsite": /^In Lever/,
    "Untouched for 90 days": /^In Lever/, "Never applied": /Prospect|Archived/,
  };
  for (const name of names) {
    await sam.goto("/t/demo/search?q=engineer");
    await sam.getByRole("link", { name, exact: true }).click();
    must(await sam.getByRole("link", { name, exact: true }).getAttribute("aria-current") === "true", `${name} is on`);
    const shown = (await lines(sam)).map(flat);
    must(shown.every((it) => fits[name].test(it)), `${name}: ${shown.find((it) => !fits[name].test(it))}`);
    await sam.getByRole("link", { name, exact: true }).click();
    if (name !== "Hide in Lever" && name !== "Only in Lever") must(!(await sam.getByRole("link", { name, exact: true }).getAttribute("aria-current")), `${name} goes off`);
  }
});

await step("detail, with its reasons", async () => {
  await sam.goto(`/t/demo/search?in_ats=only&status=active&q=${encodeURIComponent(person.split(" ")[0])}`);
  if (await sam.locator(".hit").count() === 0) await sam.goto("/t/demo/search?in_ats=only&status=active");
  await sam.keyboard.press("j");
  await sam.keyboard.press("Enter");
  await sam.waitForURL(/profile\?id=/);
  must(await sam.getByRole("heading", { name: /Why this badge/ }).first().isVisible(), "reasons are there");
  must(/For: .* Against: .* Confidence/.test(flat(await sam.locator("main").innerText())), "in plain words");
  await sam.getByText("Step by step").first().click();
  must(await sam.locator("table.waterfall tbody tr").count() > 2, "and step by step");
  await look(sam, "profile");
});

await step("contact on demand", async () => {
  const profile = sam.url();
  await sam.getByRole("link", { name: "Show contact" }).first().click();
  must((await sam.locator("main").innerText()).includes("Shown from Lever now. Not saved here. This view is logged."), "live");
  await look(sam, "contact");
  const file = sam.locator("a[download]").first();
  if (await file.count() > 0) {
    const answer = await sam.request.get(await file.getAttribute("href"));
    must(answer.status() === 200 && answer.headers()["content-disposition"].startsWith("attachment"), `a file is a download: ${answer.status()}`);
    must(answer.headers()["cache-control"] === "no-store", "and kept nowhere");
  }
  await sam.goto(profile);
});

await step("not the same person, and undo", async () => {
  await sam.getByRole("button", { name: "Not the same person" }).first().click();
  must(/Nothing to show|Possible match|In Lever/.test(await sam.locator("main").innerText()), "the page goes on");
  must(await sam.locator("main h2", { hasText: "Why this badge" }).count() === 0, "the badge is gone at once");
  await sam.getByRole("button", { name: "Undo" }).click();
  must(await sam.locator("main h2", { hasText: "Why this badge" }).count() > 0, "and back");
});

await step("check a list", async () => {
  await sam.goto("/t/demo/search?q=engineer");
  await sam.locator(".hit h2 a").first().click();
  const link = await sam.locator("dt:has-text('Pages') + dd a").first().getAttribute("href").catch(() => null);
  const id = new URL(sam.url()).searchParams.get("id");
  await sam.goto("/t/demo/list");
  await sam.fill("#list", [link ?? id, id, "https://nobody.example/who", ...Array(100).fill("x")].join("\n"));
  await sam.getByRole("button", { name: "Check", exact: true }).click();
  must(await sam.locator(".hit").count() === 100, "a hundred lines");
  must((await sam.locator("main").innerText()).includes("3 lines more than 100"), "and no more");
  must((await lines(sam))[2].includes("No profile"), "what nobody knows is said");
  await sam.fill("#list", [link ?? id, id, "\"Name\",https://nobody.example/who"].join("\n"));
  await sam.getByRole("button", { name: "Check", exact: true }).click();
  await look(sam, "list");
  if (link) {
    await sam.goto(`/p?url=${encodeURIComponent(link)}`);
    must(sam.url().includes("/profile?id="), "a bookmark leads to the profile");
  }
  must(await status(sam, "/p?url=https%3A%2F%2Fnobody.example%2Fwho") === 404, "or says that there is none");
  const csv = await sam.request.get("/t/demo/search.csv?q=engineer");
  must((await csv.text()).split("\r\n").length > 5 && csv.headers()["content-type"].startsWith("text/csv"), "CSV");
});

await step("HTML in names", async () => {
  await sam.goto("/t/demo/search?q=Zedekiah");
  const found = await sam.locator(".hit h2 a").allInnerTexts();
  must(found.some((it) => it.includes("<img")), `shown as it was written: ${found}`);
  await sam.locator(".hit h2 a").first().click();
  must(await sam.locator("main img, main script").count() === 0, "and is no element");
});

await step("masking", async () => {
  await olga.goto("/t/demo/search?in_ats=only&status=hired");
  const hired = await olga.locator(".hit h2 a").evaluateAll((all) => all.map((it) => it.getAttribute("href")));
  must(hired.length > 0, "somebody was hired");
  for (const address of hired.slice(0, 5)) {
    await sam.goto(address);
    const words = await sam.locator("main").innerText();
    must(words.includes("Do not contact") && !/Hired|Open in Lever|Why this badge|Show contact/.test(words), `a sourcer sees no hire at ${address}`);
  }
  await sam.goto("/t/demo/search?in_ats=only&status=hired");
  must(await sam.locator(".hit").count() === 0, "and finds none");
  const csv = await (await sam.request.get("/t/demo/search.csv?in_ats=only")).text();
  must(!/hired/i.test(csv) && csv.includes("do_not_contact"), "nor in CSV");
});

await step("isolation", async () => {
  const pages = ["search", "search.csv", "profile?id=x", "contact?profile=x&contact=y", "file?profile=x&contact=y&opportunity=z&resume=r", "list", "review", "live?profile=x&contact=y", "decisions", "runs", "runs/01934a00-0000-7000-8000-000000000000", "settings"];
  for (const of of ["other", "acme", "..%2Fdemo"]) {
    for (const page of pages) must(await status(ada, `/t/${of}/${page}`) === 403, `/t/${of}/${page} is nobody else's`);
  }
  for (const page of ["review", "decisions", "runs", "settings", "live?profile=x&contact=y"]) must(await status(sam, `/t/demo/${page}`) === 403, `${page} is not a sourcer's`);
  for (const page of ["search", "profile?id=x", "review", "decisions"]) must(await status(inge, `/t/demo/${page}`) === 403, `${page} is not of the installation`);
  must(await status(ada, "/connect") === 403 && await status(olga, "/t/demo/settings") === 403, "connecting is not everybody's");
  for (const page of ["profile?id=nobody", "profile", "search?status=x", "search?cursor=x", "runs/x", "contact?profile=x&contact=y"]) {
    const code = await status(olga, `/t/demo/${page}`);
    must(code >= 400 && code < 500, `${page} is a clear no: ${code}`);
  }
});

await step("review, by keys, and undo", async () => {
  await olga.goto("/t/demo/review");
  const waiting = async () => Number(await olga.locator("h1 .count").innerText());
  const before = await waiting();
  await olga.waitForSelector("text=/Shown from Lever now|not to be contacted|Nothing to show/", { timeout: 20000 });
  await look(olga, "review");
  await olga.keyboard.press("s");
  await olga.waitForURL(/done=same/);
  must(await waiting() === before - 1, "one less");
  await olga.keyboard.press("u");
  await olga.waitForURL((it) => !it.search.includes("done="));
  must(await waiting() === before, "and back");
  await olga.keyboard.press("n");
  await olga.waitForURL(/done=not_same/);
  await olga.getByRole("button", { name: "Later" }).click();
  await olga.waitForURL(/done=later/);
  must(await waiting() === before - 1, "later is not now, and not never");
  await olga.goto("/t/demo/decisions");
  must(await olga.locator("tbody tr").count() >= 2, "all is in the history");
  await look(olga, "decisions");
});

await step("held publication", async () => {
  await olga.goto("/t/demo/runs");
  must((await olga.locator("main").innerText()).includes("Publication is held"), "somebody has to look");
  await look(olga, "runs");
  await olga.locator("tr", { hasText: "Held" }).getByRole("link").click();
  must(await olga.locator("h2", { hasText: "What would change" }).isVisible(), "what would change");
  must(await olga.locator("td", { hasText: /^Gone$/ }).count() > 5, "names who would go");
  await look(olga, "held");
  await olga.getByRole("button", { name: "Drop it" }).click();
  must((await olga.locator("main").innerText()).includes("Cancelled"), "dropped");
});

await step("a run with live progress", async () => {
  await olga.goto("/t/demo/runs");
  await olga.getByRole("button", { name: "Recent changes only" }).click();
  await olga.waitForURL(/runs\/[0-9a-f-]{36}/);
  await olga.waitForSelector("[data-ended=published]", { timeout: 60000 });
  // Of everybody: a run that takes a while.
  await ada.goto("/t/demo/settings");
  await ada.selectOption("#resumes", "all");
  await ada.getByRole("button", { name: "Save" }).click();
  await olga.goto("/t/demo/runs");
  await olga.getByRole("button", { name: "Run now" }).click();
  await olga.waitForURL(/runs\/[0-9a-f-]{36}/);
  await olga.waitForSelector("ol.steps li[aria-current]", { timeout: 30000 });
  await look(olga, "running");
  await olga.getByRole("button", { name: "Cancel" }).click();
  await olga.waitForSelector("[data-ended]", { timeout: 60000 });
  must(["cancelled", "published"].includes(await olga.locator("[data-ended]").getAttribute("data-ended")), "it ended, and the page said so by itself");
});

await step("recheck this person", async () => {
  await olga.goto("/t/demo/search?in_ats=only&status=active");
  await olga.locator(".hit h2 a").first().click();
  await olga.getByRole("button", { name: "Recheck this person" }).first().click();
  must(/recent run is queued|next one/.test(await olga.locator("main").innerText()), "it says how");
});

await step("settings and another key", async () => {
  await ada.goto("/t/demo/settings");
  await ada.getByRole("button", { name: "Ask Lever now" }).click();
  must(await ada.locator("td", { hasText: "granted" }).count() > 6, "Lever's boxes");
  await look(ada, "settings");
  await ada.fill("#key", "not-a-key");
  await ada.getByRole("button", { name: "Try and swap" }).click();
  must((await ada.getByRole("alert").innerText()).includes("does not accept"), "a wrong key is not taken");
  await ada.fill("#schedule", "at full moon");
  await ada.getByRole("button", { name: "Save" }).click();
  must(await ada.getByRole("alert").isVisible(), "nor a schedule that nobody can read");
  await ada.goto("/t/demo/settings");
  await ada.fill("#schedule", "nightly");
  await ada.getByRole("button", { name: "Save" }).click();
  must(await ada.getByRole("status").isVisible(), "saved");
  await ada.fill("#key", leverKey);
  await ada.getByRole("button", { name: "Try and swap" }).click();
  must(await ada.getByRole("status").isVisible(), "and the key swapped");
});

await step("connect, and disconnect with its page open", async () => {
  await inge.goto("/console");
  await look(inge, "console");
  await inge.getByRole("link", { name: "Connect a company" }).click();
  await look(inge, "connect-1");
  await inge.getByRole("button", { name: "Show the boxes" }).click();
  must(await inge.locator("td b", { hasText: "List opportunities" }).count() === 1, "the exact boxes");
  await inge.fill("#name", "second");
  await inge.fill("#lever_url", leverUrl);
  await inge.fill("#key", "not-a-key");
  await inge.getByRole("button", { name: "Check and connect" }).click();
  must((await inge.getByRole("alert").innerText()).includes("Nothing was stored"), "a wrong key connects nobody");
  await look(inge, "connect-2");
  await inge.fill("#key", leverKey);
  await inge.getByRole("button", { name: "Check and connect" }).click();
  await inge.waitForURL(/second\/settings/);
  const open = await inge.context().newPage();
  await open.goto("/t/second/runs");
  must((await open.locator("main").innerText()).includes("No run has been made yet"), "a new company is told what to do");
  await inge.fill("#confirm", "third");
  await inge.getByRole("button", { name: "Disconnect and purge" }).click();
  must(await inge.getByRole("alert").isVisible(), "not without its name");
  await inge.fill("#confirm", "second");
  await inge.getByRole("button", { name: "Disconnect and purge" }).click();
  await inge.waitForURL(/console/);
  await open.getByRole("button", { name: "Dry run" }).click();
  must((await open.locator("h1").innerText()) === "Not Found", "a page of a company that is gone says so");
});

await step("first paint", async () => {
  const page = await someone("sam");
  const paints = [];
  for (let at = 0; at < 7; at += 1) {
    await page.goto("/t/demo/search?q=engineer");
    paints.push(await page.evaluate(async () => {
      while (performance.getEntriesByName("first-contentful-paint").length === 0) await new Promise((go) => setTimeout(go, 20));
      return performance.getEntriesByName("first-contentful-paint")[0].startTime;
    }));
  }
  paints.sort((a, b) => a - b);
  writeFileSync(`${pictures}/first-paint.json`, JSON.stringify({ milliseconds: paints }));
  console.log(`first paint: median ${paints[3].toFixed(0)} ms of ${paints.map((it) => it.toFixed(0))}`);
  must(paints[0] <= 500, `the first paint takes ${paints}`);
});

await step("nothing that a browser complains of", async () => must(complaints.length === 0, complaints.slice(0, 5).join("\n")));
await browser.close();
process.exit(failed === 0 ? 0 : 1);
