// Which key does what at the desk, and how the next guess is there before it is asked for.
"use strict";

const desk = document.getElementById("desk");
const ahead = document.getElementById("ahead");
const undoForm = document.getElementById("undo");
const AHEAD = 2;
const PAUSE = 300; // milliseconds without a letter before a name is looked for
const query = new URLSearchParams(desk.dataset.query);
const skipped = [];
const sending = new Set();
let start = Number(query.get("skip") || 0);
let filling = null;
let last = null;

const current = () => desk.querySelector("article.guess");
const hand = () => [current(), ...ahead.children].filter(Boolean).map((card) => card.dataset.local);

function tell(text) {
  document.getElementById("told").textContent = text;
}

function count(name, change) {
  const place = document.getElementById(name);
  place.textContent = Math.max(0, Number(place.textContent) + change);
}

function send(path, body, version) {
  const headers = { "Content-Type": "application/json", "X-Form-Token": desk.dataset.token };
  if (version) headers["If-Match"] = `"${version}"`;
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function fetchCard(changes) {
  const asked = new URLSearchParams(query);
  asked.delete("skip");
  for (const [name, value] of Object.entries(changes)) if (value) asked.set(name, value);
  const answer = await fetch(`/review/desk/card?${asked}`);
  if (answer.status !== 200) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("article.guess");
}

// One at a time: each request says which guesses are here already.
function fill() {
  filling ??= (async () => {
    while (ahead.children.length < AHEAD) {
      const without = [...hand(), ...sending].join(",");
      const card = await fetchCard({ skip: start + skipped.length, without });
      if (!card || hand().includes(card.dataset.local)) break;
      ahead.append(document.adoptNode(card));
    }
  })().finally(() => { filling = null; });
  return filling;
}

function place(card) {
  const before = current();
  if (before) before.remove();
  document.getElementById("empty").hidden = Boolean(card);
  if (card) {
    desk.append(card);
    frame(card);
    card.querySelector("h2").focus({ preventScroll: true });
  } else {
    document.getElementById("empty").querySelector("a").focus();
  }
}

async function next() {
  if (!ahead.firstElementChild) await fill();
  place(ahead.firstElementChild);
  fill();
}

// What was shown meanwhile waits as the next one.
function comeBack(card) {
  const shown = current();
  if (shown && shown !== card) ahead.prepend(shown);
  place(card);
}

function complain(card, code, detail) {
  const words = desk.dataset;
  const key = code.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  card.querySelector(".error")?.remove();
  const said = document.createElement("p");
  said.className = "error";
  said.setAttribute("role", "alert");
  said.textContent = words[key] || words.failed;
  if (code === "conflict" || code === "bad-input") {
    const more = document.createElement("span");
    more.lang = "en";
    more.textContent = ` ${detail}`;
    said.append(more);
  }
  card.querySelector("h2").after(said);
}

async function refused(card, answer) {
  let found = { code: "failed", detail: "" };
  if (answer) {
    try { found = await answer.json(); } catch { /* no problem document: the words for "failed" say enough */ }
  }
  let shown = card;
  if (found.code === "stale" || found.rule === "claimed") {
    shown = (await fetchCard({ at: card.dataset.local })) || card;
    if (shown !== card) {
      document.adoptNode(shown);
      keepTyped(card, shown);
    }
  }
  comeBack(shown);
  if (shown !== card) card.remove();
  complain(shown, found.code, found.detail || "");
}

function keepTyped(from, to) {
  for (const field of from.querySelectorAll("textarea, select, input:not([type=hidden])")) {
    const same = to.querySelector(`[name="${field.name}"]`);
    if (same && field.value) same.value = field.value;
  }
}

function body(form, verdict) {
  const said = Object.fromEntries(new FormData(form));
  const asked = { reason: said.reason || "" };
  if (said.ground) asked.ground = said.ground;
  if (said.force) asked.force = true;
  if (verdict === "correct") {
    const names = ["person", "entity", "label", "entity_type", "text"];
    asked.right = Object.fromEntries(names.filter((name) => said[name]?.trim()).map((name) => [name, said[name].trim()]));
  }
  return asked;
}

async function decide(card, form, verdict) {
  const { local, iri, name, version } = card.dataset;
  const asked = body(form, verdict);
  const waits = verdict === "correct" || verdict === "undo";
  sending.add(local);
  const answering = verdict === "undo"
    ? send("/review/undo", { annotation: iri, reason: asked.reason })
    : send(`/review/${local}:${verdict}`, asked, version);
  // A correction has more to fill in again; all else gives way at once.
  if (!waits) await next();
  const answer = await answering.catch(() => null);
  sending.delete(local);
  if (!answer?.ok) return refused(card, answer);
  const word = desk.dataset[`done${verdict[0].toUpperCase()}${verdict.slice(1)}`];
  tell(`${name}: ${word}.`);
  if (verdict === "undo") return undone(iri, local);
  last = { iri, local, name };
  undoForm.hidden = false;
  count("mine", 1);
  count("left", -1);
  if (waits) await next();
}

// Who a typed name may mean is the server's to say: its page holds the list, or the correction that is filled in.
async function look(form, submitter) {
  const typed = form.elements.name.value;
  const body = new URLSearchParams(new FormData(form, submitter));
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return tell(desk.dataset.failed);
  const there = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#desk details");
  if (!there || form.elements.name.value !== typed) return undefined;
  if (submitter?.name !== "pick") {
    return form.querySelector(".candidates").replaceWith(document.adoptNode(there.querySelector(".candidates")));
  }
  const here = form.closest("details");
  there.querySelector("[name=reason]").value = here.querySelector("[name=reason]").value;
  here.replaceWith(document.adoptNode(there));
  return there.querySelector("[value=correct]").focus();
}

async function undone(iri, local) {
  const card = await fetchCard({ at: local });
  count("mine", -1);
  count("left", 1);
  if (last?.iri === iri) last = null;
  undoForm.hidden = !last;
  if (card) comeBack(document.adoptNode(card));
}

async function undo() {
  if (!last) {
    // What was decided before this page was loaded goes the plain way.
    if (!undoForm.hidden) undoForm.requestSubmit(undoForm.querySelector("button"));
    return undefined;
  }
  const { iri, local, name } = last;
  const answer = await send("/review/undo", { annotation: iri }).catch(() => null);
  if (!answer?.ok) return tell(desk.dataset.failed);
  tell(`${name}: ${desk.dataset.doneUndo}.`);
  return undone(iri, local);
}

function skip() {
  const card = current();
  if (!card) return;
  skipped.push(card);
  next();
}

function back() {
  const card = skipped.pop();
  if (card) comeBack(card);
}

// The box stands in the pixels of the file as it plays, where the file did not say its size.
function frame(card) {
  const video = card.querySelector("video");
  const box = card.querySelector("svg.box:not([viewBox])");
  if (!video || !box) return;
  const fit = () => box.setAttribute("viewBox", `0 0 ${video.videoWidth} ${video.videoHeight}`);
  if (video.videoWidth) fit(); else video.addEventListener("loadedmetadata", fit, { once: true });
}

function play() {
  const card = current();
  const media = card?.querySelector("video, audio");
  if (!media) return;
  if (!media.paused) { media.pause(); return; }
  const { start: from, end } = card.dataset;
  if (from !== undefined) {
    media.currentTime = Number(from);
    media.ontimeupdate = () => { if (media.currentTime >= Number(end)) { media.pause(); media.ontimeupdate = null; } };
  }
  media.play();
}

function press(key) {
  if (key === "z") { undo(); return true; }
  if (key === "k") { back(); return true; }
  if (/^[1-9]$/.test(key)) {
    const list = current()?.querySelector("select[name=ground]");
    if (list) list.selectedIndex = Math.min(Number(key), list.length - 1);
    return Boolean(list);
  }
  const target = (current() || document).querySelector(`[data-key="${CSS.escape(key)}"]`)
    || document.querySelector(`main > [data-key="${CSS.escape(key)}"], main > details > [data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.matches("textarea")) { target.focus(); return true; }
  target.click();
  if (key === "c" && target.parentElement.open) target.parentElement.querySelector("input:not([type=hidden]), textarea").focus();
  return true;
}

const keysOn = document.getElementById("keys-on");
keysOn.checked = localStorage.getItem("give-ld-keys") !== "off";
keysOn.addEventListener("change", () => localStorage.setItem("give-ld-keys", keysOn.checked ? "on" : "off"));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  const isField = event.target.matches("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape" && isField) { current()?.querySelector("h2").focus(); return; }
  if (isField || !keysOn.checked) return;
  if (press(event.key.toLowerCase())) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-skip]")) { event.preventDefault(); skip(); }
  if (event.target.closest("[data-play]")) play();
});

let soon = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-find]");
  if (!form || event.target.value.trim().length < 2) return;
  clearTimeout(soon);
  soon = setTimeout(() => look(form), PAUSE);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form === undoForm) {
    if (last) { event.preventDefault(); undo(); }
    return;
  }
  if (form.matches("[data-find]")) {
    event.preventDefault();
    look(form, event.submitter);
    return;
  }
  const card = form.closest("article.guess");
  if (!card || !event.submitter || form.matches("[data-plain]")) return;
  event.preventDefault();
  if (!sending.has(card.dataset.local)) decide(card, form, event.submitter.value);
});

document.documentElement.classList.add("script");
if (current()) frame(current());
fill();
