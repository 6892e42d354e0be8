// The practice telephone bench: puts the parts together and keeps them up to date.

import { $, attr, h, say } from "./dom.js";
import { Agents } from "./agents.js";
import { ask, Line } from "./wire.js";
import { Bench } from "./bench.js";
import { Callers } from "./callers.js";
import { choose, language, pick, remembered, t, translate } from "./i18n.js";
import { clock, day } from "./format.js";
import { Ringing } from "./ringing.js";
import { Rooms } from "./rooms.js";
import { soundEnds } from "./conversation.js";
import { Tones, Voice } from "./sound.js";
import { Trouble } from "./trouble.js";

const TICK_MS = 200;
const SPEEDS = [1, 5, 20];
const FRESH_MS = 4000;
const LOOK_AGAIN_MS = 150;
const SPOKEN = new Set(["said", "heard"]);

const bench = new Bench();
const tones = new Tones();
const voice = new Voice();
const stillness = matchMedia("(prefers-reduced-motion: reduce)");
const tools = {
  tones,
  voice,
  calm: () => stillness.matches,
  place: async (from, to) => {
    const call = await ask("POST", "/dial", { from, ...(to && { to }) });
    bench.takeCall(call);
    return call;
  },
};

const callers = new Callers(bench, tools);
const agents = new Agents(bench, tools, (from, phone) => callers.dial(from, phone));
const rooms = new Rooms(bench);
const trouble = new Trouble(bench);
const phones = () => [...callers.phones(), ...agents.phones()];
const ringing = new Ringing(bench, tools, phones, announce);

// ---- one entry after another

/** Tell a screen reader. Several things at once are told in one breath. */
function announce(words) {
  const region = $("#spoken");
  clearTimeout(announce.timer);
  announce.waiting = [...(announce.waiting ?? []), words];
  announce.timer = setTimeout(() => {
    region.replaceChildren(...announce.waiting.map((line) => h("p", {}, line)));
    announce.waiting = [];
  }, LOOK_AGAIN_MS);
}

/** What was being said when something happened may have been cut short: only the exchange knows. */
function lookAgain(sid) {
  if (lookAgain.waiting.has(sid)) return;
  lookAgain.waiting.add(sid);
  setTimeout(async () => {
    lookAgain.waiting.delete(sid);
    try {
      const { transcript } = await ask("GET", `/calls/${sid}`);
      const known = bench.transcript(sid);
      for (const entry of transcript) {
        const ours = known.find((one) => one.id === entry.id);
        if (ours && JSON.stringify(ours.detail) !== JSON.stringify(entry.detail)) bench.takeEntry(entry);
      }
    } catch {
      // The next look will tell.
    }
  }, LOOK_AGAIN_MS);
}
lookAgain.waiting = new Set();

bench.addEventListener("entry", ({ detail: { entry, again } }) => {
  const phone = phones().find((one) => one.call?.sid === entry.call_sid);
  if (phone && again) phone.conversation.again(entry);
  else if (phone) phone.conversation.add(entry);
  if (again) return;
  const before = bench.transcript(entry.call_sid).slice(0, -1).findLast((one) => one.kind === "said");
  const open = before && before.detail?.cut_at_s === undefined && soundEnds(before) > Date.parse(entry.at);
  if (open) lookAgain(entry.call_sid);
  const fresh = bench.now() - Date.parse(entry.at) < FRESH_MS * bench.speed;
  if (!fresh || phone?.key !== bench.inHand || !phone) return;
  if (SPOKEN.has(entry.kind)) {
    voice.read(entry.text, bench.speed);
    if (!voice.on) announce(entry.text);
  } else if (entry.kind === "ended") {
    voice.hush();
    announce(phone.display.state.textContent);
  }
});

// ---- the head of the page

function showLine() {
  const words = $("#line-words");
  attr($("#line"), "data-line", bench.line);
  say(words, t(bench.line));
  $("#lost").hidden = bench.line !== "lost";
  document.body.classList.toggle("is-lost", bench.line === "lost");
}

function showClock() {
  const now = bench.now();
  say($("#clock-time"), clock(now));
  say($("#clock-day"), `${day(now, language())} · ${t("beijing")}`);
}

function buildSpeeds() {
  $("#speeds").replaceChildren(...SPEEDS.map((speed) => {
    const box = h("input", { type: "radio", name: "speed", value: speed, "aria-label": t("speedOf", { n: speed }) });
    box.addEventListener("change", async () => {
      try {
        await ask("POST", "/clock", { speed });
        say($("#speed-error"), "");
      } catch (refused) {
        say($("#speed-error"), refused.status === 409 ? t("speedFixed") : pick(refused.words));
        showSpeed();
      }
    });
    return h("label", {}, box, h("span", { "aria-hidden": "true" }, `${speed}×`));
  }));
}

function showSpeed() {
  for (const box of $("#speeds").querySelectorAll("input")) {
    box.checked = Number(box.value) === bench.speed;
  }
}

/** A remembered switch of the page. */
function setting(id, otherwise, apply) {
  const box = $(id);
  box.checked = remembered.get(`practice.${box.id}`, otherwise);
  apply(box.checked);
  box.addEventListener("change", () => {
    remembered.set(`practice.${box.id}`, box.checked);
    apply(box.checked);
  });
}

let keyboard = true;
setting("#set-tones", true, (on) => (tones.on = on));
setting("#set-keyboard", true, (on) => (keyboard = on));
setting("#set-technical", true, (on) => document.body.classList.toggle("no-tech", !on));
setting("#set-voice", false, (on) => ((voice.on = on), on || voice.hush()));
if (!voice.available) {
  $("#set-voice").disabled = true;
  $("#set-voice").closest("label").dataset.tTitle = "voiceNone";
}

// ---- the keyboard

document.addEventListener("keydown", (event) => {
  if (!keyboard || event.ctrlKey || event.altKey || event.metaKey || !/^[0-9*#]$/.test(event.key)) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  const phone = phones().find((one) => one.key === bench.inHand);
  if (!phone) return;
  event.preventDefault();
  phone.press(event.key);
});

// ---- everything that changes

function showLacks() {
  const print = JSON.stringify([language(), bench.lacks]);
  if (showLacks.shown === print) return;
  showLacks.shown = print;
  $("#lack-list").replaceChildren(...bench.lacks.map((lack) => h("li", {}, pick(lack))));
}

function update() {
  showLine();
  showSpeed();
  callers.update();
  agents.update();
  rooms.update();
  trouble.update();
  ringing.update();
  showLacks();
}

function changeLanguage(next) {
  choose(next);
  for (const button of document.querySelectorAll("[data-lang]")) {
    attr(button, "aria-pressed", button.dataset.lang === language());
  }
  buildSpeeds();
  for (const part of [callers, agents, rooms, trouble, ringing]) part.words();
  document.title = t("title");
  say($("#speed-error"), "");
  update();
  showClock();
}

for (const button of document.querySelectorAll("[data-lang]")) {
  button.addEventListener("click", () => changeLanguage(button.dataset.lang));
}

bench.addEventListener("change", update);
bench.addEventListener("hand", () => {
  voice.hush();
  for (const phone of phones()) phone.hold(phone.key === bench.inHand);
});

setInterval(() => {
  showClock();
  const now = bench.now();
  for (const phone of phones()) phone.tick(now);
}, TICK_MS);

translate();
changeLanguage(language());
new Line({
  onState: (state) => bench.takeState(state),
  onEntry: (entry) => bench.takeEntry(entry),
  onReset: () => bench.reset(),
  onLine: (line) => bench.setLine(line),
}).follow();
