// What forms and links cannot do by themselves: keys, a toast that goes, a file that is dropped or chosen, a run as it goes on. Whoever has
// no script clicks, pastes and loads again: what only a script can do is not even shown.
"use strict";

const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

// Single letters are keys unless somebody has switched them off in this browser: who speaks to it, or often strikes a key unmeant, does.
const KEYS = "acquaint-keys";
let keys = true;
const turn = (on) => {
  keys = on;
  for (const hint of document.querySelectorAll("[data-hints]")) hint.hidden = !on;
};
// A browser may keep nothing: then the choice is this page's.
const kept = () => { try { return localStorage.getItem(KEYS); } catch { return null; } };
const keep = (on) => { try { localStorage.setItem(KEYS, on ? "on" : "off"); } catch {} };
turn(kept() !== "off");
for (const part of document.querySelectorAll("[data-keys]")) {
  const choice = part.querySelector("input");
  choice.checked = keys;
  choice.addEventListener("change", () => { turn(choice.checked); keep(choice.checked); });
  part.hidden = false;
}

// A key that is held says nothing anew, and one that was struck before this page was there was meant for the page before.
const since = performance.now();
const meant = (event) => !event.repeat && event.timeStamp >= since;

// One letter does what a button or link with that letter does; `/` goes to the search box, j and k walk through a list.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    // Whoever is in the search box already, and asks for it by habit, does not search for a slash.
    if (keys && event.key === "/" && event.target.type === "search" && event.target.value === "") event.preventDefault();
    return;
  }
  if (!keys) return;
  const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (event.key === "/") {
    const box = document.querySelector("input[type=search]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  } else if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll("[data-step]")];
    const at = links.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
    links[Math.max(0, Math.min(links.length - 1, at))]?.focus();
  } else if (named && !named.disabled && meant(event)) {
    event.preventDefault();
    named.click();
  }
});

for (const toast of document.querySelectorAll("[data-goes]")) {
  let timer = setTimeout(() => toast.remove(), Number(toast.dataset.goes));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("mouseenter", () => clearTimeout(timer));
}

// A file that is dropped on a box, or chosen beside it, becomes its text. It stays in this page until the form is sent.
for (const box of document.querySelectorAll("textarea[data-drop]")) {
  const take = async (file) => {
    // A form is sent encoded, which can make a text three times as long; the server takes a mebibyte.
    const text = file.size > 1000000 ? "" : await file.text();
    const fits = text !== "" && new URLSearchParams({ list: text }).toString().length < 1000000;
    box.setCustomValidity(fits ? "" : "The file is empty, or larger than what can be sent: up to 100 lines are checked.");
    if (fits) box.value = text; else box.reportValidity();
  };
  box.addEventListener("input", () => box.setCustomValidity(""));
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", (event) => {
    const file = event.dataTransfer?.files[0];
    if (file) { event.preventDefault(); take(file); }
  });
  const chooser = document.getElementById(box.dataset.drop);
  chooser.addEventListener("change", () => chooser.files[0] && take(chooser.files[0]));
  for (const words of document.querySelectorAll("[data-choose]")) words.hidden = false;
}

// A part of a page that is asked for when the page is there: Lever answers slower than we do.
const load = async (part) => {
  try {
    const answer = await fetch(part.dataset.load, { headers: { accept: "text/html", "x-acquaint-part": "yes" } });
    // The link that is there shows it later, on a page of its own.
    if (answer.status === 429) return;
    // Whoever is signed out meanwhile is sent to the sign-in, not shown it in a part of a page.
    if (answer.redirected) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    part.innerHTML = await answer.text();
  } catch {
    part.insertAdjacentHTML("beforeend", "<p class=\"note wait\">Lever's side cannot be shown now. Badges are not affected.</p>");
  }
};
for (const part of document.querySelectorAll("[data-load]")) load(part);

// Runs at work: every event of the server's means that there is something new to draw. A browser has few connections to one server, and
// each stream takes one: a page has some streams and asks for the other parts now and then, and a page that nobody sees has none.
const STREAMS = 3;
const NOW_AND_THEN = 5000;
const watch = (part, at) => {
  const drawn = part.querySelector("[data-drawn]"), said = part.querySelector("[data-said]");
  let events, timer, busy = false, again = false;
  const stop = () => { events?.close(); clearInterval(timer); events = timer = undefined; };
  const ask = async () => {
    const answer = await fetch(part.dataset.watch, { headers: { accept: "text/html" } });
    if (answer.redirected || [401, 403, 404].includes(answer.status)) { stop(); return location.reload(); }
    // Too much is asked at once, or the server is in trouble: loading the page again would ask for more.
    if (!answer.ok) return;
    drawn.innerHTML = await answer.text();
    const told = drawn.querySelector("[data-told]")?.dataset.told ?? "";
    if (said.textContent !== told) said.textContent = told;
    if (!drawn.querySelector("[data-ended]")) return;
    stop();
    document.removeEventListener("visibilitychange", seen);
    if (part.closest("[data-reload]")) location.reload();
  };
  const draw = async () => {
    again = busy;
    if (busy) return;
    busy = true;
    // Nobody answers now: the next event asks again.
    await ask().catch(() => {});
    busy = false;
    if (again) draw();
  };
  const poll = () => { timer ??= setInterval(draw, NOW_AND_THEN); };
  const begin = () => {
    if (at >= STREAMS) return poll();
    events = new EventSource(part.dataset.events);
    events.addEventListener("run", draw);
    // A stream that is refused is not opened again by itself: from then on we ask without it.
    events.addEventListener("error", () => { if (events?.readyState === EventSource.CLOSED) poll(); });
  };
  const seen = () => {
    stop();
    if (!document.hidden) begin();
  };
  document.addEventListener("visibilitychange", seen);
  seen();
};
[...document.querySelectorAll("[data-watch]")].forEach(watch);
