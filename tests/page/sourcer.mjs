// What a sourcer does in a day, and what a sourcer does not see.
import { DAY, TWO, badges, chip, flat, follow, ids, leave, lines, look, must, olga, once, password, sam, someone, status, step } from "./browser.mjs";

await step("log-in", async () => {
  await sam.goto("/t/demo/list");
  must(sam.url().includes("/sign-in?then="), "whoever is not signed in is sent to the sign-in");
  await look(sam, "sign-in");
  await sam.fill("#name", "sam");
  await sam.fill("#password", "this is not the password");
  await follow(sam.locator("main button"));
  must(await sam.getByRole("alert").isVisible(), "a wrong password is said to be wrong");
  await sam.fill("#password", password);
  await follow(sam.locator("main button"));
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

await step("letters are no keys where somebody says so", async () => {
  const walks = async () => {
    await sam.keyboard.press("j");
    return sam.evaluate(() => document.activeElement.matches("[data-step]"));
  };
  const choice = sam.getByRole("checkbox", { name: /are keys/ });
  await sam.goto("/t/demo/search?in_ats=only");
  await leave(sam);
  must(await choice.isChecked() && await walks(), "they are keys at first");
  await choice.uncheck();
  await sam.goto("/t/demo/search?in_ats=only");
  await leave(sam);
  must(!await choice.isChecked() && !await walks(), "none, on the next page too");
  must(!await sam.locator("kbd", { hasText: "j" }).isVisible(), "and no page says that they are");
  await choice.check();
  await choice.blur();
  must(await walks(), "and again");
});

const older = (time, days) => Date.now() - Date.parse(time) >= days * DAY;
const AT_HAND = ["onsite", "offer"];
const CHIPS = {
  "Hide in Lever": [/^(Nothing to show|Not checked)/, (it) => it === null],
  "Only in Lever": [/^(In Lever|Do not contact)/, (it) => it !== null],
  "Archived over 6 months ago": [/Archived/, (it) => it.status === "archived" && older(it.archived_at, 180)],
  "Over 12 months": [/Archived/, (it) => it.status === "archived" && older(it.archived_at, 360)],
  "Over 24 months": [/Archived/, (it) => it.status === "archived" && older(it.archived_at, 720)],
  "Reached onsite": [/^(In Lever|Do not contact)/, (it) => AT_HAND.includes(it.furthest_stage.pipeline)],
  "Untouched for 90 days": [/^(In Lever|Do not contact)/, (it) => older(it.last_interaction_at ?? it.updated_at, 90)],
  "Never applied": [/Prospect|Archived/, (it) => it.kind === "prospect"],
};
/// Somebody is shown, and everybody fits, in the words of the page and in the words for programs.
const fit = async (page, names) => {
  const [shown, told] = [(await lines(page)).map(flat), await badges(page, "demo")];
  must(shown.length > 0 && told.length === shown.length, `${names} finds nobody`);
  for (const name of names) {
    must(await chip(page, name).getAttribute("aria-current") === "true", `${name} is on`);
    const [words, fact] = CHIPS[name];
    must(shown.every((it) => words.test(it)), `${name}: ${shown.find((it) => !words.test(it))}`);
    must(told.every(fact), `${name}: ${JSON.stringify(told.find((it) => !fact(it)))}`);
  }
};

await step("each chip", async () => {
  // A word that finds people in Lever and others on one page: of the names of those who are there.
  await sam.goto("/t/demo/search?in_ats=only&status=active");
  const words = (await sam.locator(".hit h2 a").allInnerTexts()).flatMap((it) => it.split(" ")).filter((it) => /^[A-Za-z]{4,}$/.test(it));
  let word;
  for (const it of words) {
    await sam.goto(`/t/demo/search?q=${it}`);
    const [there, absent] = ["Only in Lever", "Hide in Lever"].map((name) => CHIPS[name][0]);
    const shown = (await lines(sam)).map(flat);
    if (shown.some((line) => there.test(line)) && shown.some((line) => absent.test(line))) { word = it; break; }
  }
  must(word, "a name is borne by people in Lever and others");
  await sam.goto(`/t/demo/search?q=${word}`);
  for (const name of Object.keys(CHIPS)) {
    await follow(chip(sam, name));
    await fit(sam, [name]);
    if (name === "Hide in Lever") {
      must(/[1-9]\S* hidden \(in Lever\)/.test(flat(await sam.locator("#says").innerText())), "how many are hidden is said");
      await sam.goto("/t/demo/search");
      continue;
    }
    await follow(chip(sam, name === "Only in Lever" ? "All" : name));
    must(await chip(sam, "All").getAttribute("aria-current") === "true" && await sam.locator(".chip[aria-current]").count() === 1, `${name} goes off`);
  }
  for (const [one, other] of [["Archived over 6 months ago", "Reached onsite"], ["Only in Lever", "Untouched for 90 days"], ["Over 12 months", "Never applied"]]) {
    await sam.goto("/t/demo/search");
    await follow(chip(sam, one));
    await follow(chip(sam, other));
    await fit(sam, [one, other]);
  }
  await look(sam, "chips", TWO);
});

await step("stage, status, recruiter", async () => {
  await sam.goto("/t/demo/search?in_ats=only&status=active");
  const told = await badges(sam, "demo");
  const with_all = told.find((it) => it.stage?.text && it.recruiter?.name && !it.do_not_contact);
  await sam.goto("/t/demo/search");
  await sam.locator("summary", { hasText: "Stage, status, recruiter" }).click();
  await sam.selectOption("#stage", with_all.stage.text);
  await sam.selectOption("#status", "active");
  await sam.fill("#recruiter", with_all.recruiter.name);
  await follow(sam.getByRole("button", { name: "Apply" }));
  const found = await badges(sam, "demo");
  must(found.length > 0 && found.every((it) => it.stage.text === with_all.stage.text && it.recruiter.name === with_all.recruiter.name && it.status === "active"), "all three hold");
  must((await lines(sam)).every((it) => it.includes(with_all.stage.text) && it.includes(with_all.recruiter.name)), "and are said");
  must(await sam.locator("#stage").isVisible(), "what is asked stays in sight");
  await look(sam, "fields", TWO);
});

await step("detail, with its reasons", async () => {
  await sam.goto(`/t/demo/search?in_ats=only&status=active&q=${encodeURIComponent(person.split(" ")[0])}`);
  if (await sam.locator(".hit").count() === 0) await sam.goto("/t/demo/search?in_ats=only&status=active");
  await leave(sam);
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
  await follow(sam.getByRole("link", { name: "Show contact" }).first());
  must((await sam.locator("main").innerText()).includes("Shown from Lever now. Not saved here. This view is logged."), "live");
  await look(sam, "contact");
  const file = sam.locator("a[href*='/file?']").first();
  if (await file.count() > 0) {
    const answer = await sam.request.get(await file.getAttribute("href"));
    must(answer.status() === 200 && answer.headers()["content-disposition"].startsWith("attachment"), `a file is a download: ${answer.status()}`);
    must(answer.headers()["cache-control"] === "no-store", "and kept nowhere");
  }
  await sam.goto(profile);
});

await step("not the same person, and undo", async () => {
  await follow(sam.getByRole("button", { name: "Not the same person" }).first());
  must(/Nothing to show|Possible match|In Lever/.test(await sam.locator("main").innerText()), "the page goes on");
  must(await sam.locator("main h2", { hasText: "Why this badge" }).count() === 0, "the badge is gone at once");
  await follow(sam.getByRole("button", { name: "Undo" }));
  must(await sam.locator("main h2", { hasText: "Why this badge" }).count() > 0, "and back");
});

await step("check a list", async () => {
  await sam.goto("/t/demo/search?q=engineer");
  await follow(sam.locator(".hit h2 a").first());
  const link = await sam.locator("dt:has-text('Pages') + dd a").first().getAttribute("href").catch(() => null);
  const id = new URL(sam.url()).searchParams.get("id");
  await sam.goto("/t/demo/list");
  await sam.fill("#list", [link ?? id, id, "https://nobody.example/who", ...Array(100).fill("x")].join("\n"));
  await follow(sam.getByRole("button", { name: "Check", exact: true }));
  must(await sam.locator(".hit").count() === 100, "a hundred lines");
  must((await sam.locator("main").innerText()).includes("3 lines more than 100"), "and no more");
  must((await lines(sam))[2].includes("no public profile"), "what nobody knows is said");
  await sam.fill("#list", [link ?? id, id, "\"Name\",https://nobody.example/who"].join("\n"));
  await follow(sam.getByRole("button", { name: "Check", exact: true }));
  await look(sam, "list");
  // The same as a file: dropped on the box, and chosen beside it.
  const csv_of_theirs = link ? `Name,Page\r\nSomebody,${link}\r\n` : `${id},Somebody\r\n`;
  await sam.goto("/t/demo/list");
  const dropped = await sam.evaluateHandle((text) => { const it = new DataTransfer(); it.items.add(new File([text], "list.csv", { type: "text/csv" })); return it; }, csv_of_theirs);
  await sam.dispatchEvent("#list", "drop", { dataTransfer: dropped });
  await sam.waitForFunction((text) => document.querySelector("#list").value.includes(text), link ?? id);
  await follow(sam.getByRole("button", { name: "Check", exact: true }));
  must((await ids(sam)).includes(id), "a CSV file that is dropped is checked");
  await sam.goto("/t/demo/list");
  await sam.setInputFiles("#file", { name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(csv_of_theirs) });
  await sam.waitForFunction((text) => document.querySelector("#list").value.includes(text), link ?? id);
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
  await follow(sam.locator(".hit h2 a").first());
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
  await sam.goto(hired[0]);
  await look(sam, "masked", TWO);
});

await step("do not contact", async () => {
  // Whom nobody may contact, hired or not, looks the same to a sourcer; who reviews sees which is which, and no way to the person either.
  await sam.goto("/t/demo/search?in_ats=only&status=do_not_contact");
  must(await sam.locator(".hit").count() > 0, "there are some");
  const those = await sam.locator(".hit h2 a").evaluateAll((all) => all.map((it) => it.getAttribute("href")));
  let asked = 0;
  for (const address of those) {
    await olga.goto(address);
    const contact = await olga.locator("input[name=contact]").first().getAttribute("value");
    if (!/^Do not contact/.test(flat(await olga.locator(".badge").first().innerText()))) continue;
    asked += 1;
    must(await olga.getByRole("link", { name: "Show contact" }).count() === 0, "who reviews is offered no way to the person");
    await sam.goto(address);
    const words = await sam.locator("main").innerText();
    must(words.includes("not to be contacted") && !/@/.test(words), `no address of the person at ${address}`);
    const profile = new URL(sam.url()).searchParams.get("id");
    for (const part of [`contact?profile=${profile}&contact=${contact}`, `file?profile=${profile}&contact=${contact}&opportunity=x&resume=x`]) {
      must(await status(sam, `/t/demo/${part}`) === 404, `${part} is nothing to a sourcer`);
    }
    await olga.goto(`/t/demo/contact?profile=${profile}&contact=${contact}`);
    must((await olga.locator("main").innerText()).includes("not to be contacted"), "and Lever's own word holds for who reviews");
    if (asked === 2) break;
    await look(olga, "do-not-contact", TWO);
  }
  must(asked > 0, "somebody withdrew consent");
});
