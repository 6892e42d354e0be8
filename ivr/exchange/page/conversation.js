// The transcript of one call as a conversation: who said what, what was music, what was silence.

import { badge, h, icon, say } from "./dom.js";
import { isTechnical, Technical } from "./technical.js";
import { knows, language, pick, t } from "./i18n.js";
import { number, clock } from "./format.js";

const ROWS_SHOWN = 400;
const SILENCE_WORTH_TELLING_S = 3;
const AUDIBLE = new Set(["said", "played", "heard", "talked", "pressed", "ended"]);
const HAN = /\p{Script=Han}/u;

/** When the sound an entry stands for was over, in ms; null when nobody can know. */
export function soundEnds(entry) {
  const start = Date.parse(entry.at);
  const { seconds, cut_at_s: cut } = entry.detail ?? {};
  if (cut !== undefined && cut !== null) return start + cut * 1000;
  if (seconds !== undefined && seconds !== null) return start + seconds * 1000;
  return entry.kind === "played" ? null : start;
}

/** A cause is added where we have words for it; the exchange's own are for engineers. */
const why = (words, cause) => (knows(`cause.${cause}`) ? `${words} · ${t(`cause.${cause}`)}` : words);

/** "failed" has many causes; where we have words for the cause, they say it better. */
export function ending(status, cause) {
  if (status === "failed" && knows(`cause.${cause}`)) return t(`cause.${cause}`);
  const words = t(`over.${status}`);
  return t(`cause.${cause}`) === words ? words : why(words, cause);
}

/** What was played: the exchange's own sounds by their names, files without their path. */
function music(text) {
  const tones = /^\[(.*)\]$/.exec(text);
  if (tones) return t("playedTones", { keys: tones[1] });
  if (text === "(beep)") return t("beep");
  const file = text.startsWith("(") ? "" : text.split(/[?#]/)[0].split("/").pop();
  return `${t("kind.played")} ${file}`.trim();
}

/** One line of words for entries that are not speech. The exchange's own words, when in our language. */
export function told(entry) {
  const detail = entry.detail ?? {};
  const text = pick(detail.label) || entry.text || "";
  switch (entry.kind) {
    case "gather": {
      const n = detail.timeout ?? detail.timeout_s;
      const both = detail.keys && detail.speech;
      if (n === undefined) return t("kind.gather");
      return t(both ? "gatherBoth" : detail.speech ? "gatherSpeech" : "gatherKeys", { n });
    }
    case "dialled":
      return `${t("kind.dialled")} ${number(text)}`.trim();
    case "ended":
      return ending(detail.status ?? "completed", text);
    case "left":
      return why(t("kind.left"), detail.reason);
    case "muted":
      return t(text === "off" ? "kind.unmuted" : "kind.muted");
    default:
      return HAN.test(text) && language() === "zh" ? text : t(`kind.${entry.kind}`);
  }
}

/** Shows one call at a time. */
export class Conversation {
  #turns = new Map();
  #group = null;
  #lastRow = null;
  #soundEnds = null;
  #inRoom = false;
  #dropped = 0;
  #follow = true;

  /** `whose(entry)` names the person whose words were heard. */
  constructor(whose) {
    this.whose = whose;
    this.list = h("ol", { class: "turns" });
    this.empty = h("p", { class: "empty-talk" }, t("nothingYet"));
    this.log = h("div", { class: "talk-log", role: "log", "aria-live": "off", tabindex: "0" }, this.empty, this.list);
    this.newest = h("button", { type: "button", class: "newest", hidden: true }, t("latest"));
    this.newest.addEventListener("click", () => this.#toEnd());
    this.log.addEventListener("scroll", () => {
      this.#follow = this.#atEnd();
      this.newest.hidden = this.#follow;
    });
    // The card may change its shape; who read the newest line goes on reading it.
    new ResizeObserver(() => this.#follow && this.#toEnd()).observe(this.log);
    this.el = h("div", { class: "talk" }, this.log, this.newest);
  }

  /** Start again with these entries. */
  show(entries) {
    this.#turns.clear();
    this.#group = this.#lastRow = this.#soundEnds = null;
    this.#inRoom = false;
    this.#dropped = Math.max(0, entries.length - ROWS_SHOWN);
    this.list.replaceChildren();
    say(this.empty, this.#dropped ? t("earlier", { n: this.#dropped }) : t("nothingYet"));
    this.empty.hidden = entries.length > 0 && !this.#dropped;
    say(this.newest, t("latest"));
    for (const entry of entries.slice(this.#dropped)) this.#add(entry);
    this.#toEnd();
  }

  add(entry) {
    this.empty.hidden = true;
    this.#add(entry);
    while (this.list.children.length > ROWS_SHOWN) this.list.firstElementChild.remove();
    if (this.#follow) this.#toEnd();
    else this.newest.hidden = false;
  }

  /** The same entry again, with more known about it: how far the words were heard. */
  again(entry) {
    const turn = this.#turns.get(entry.id);
    if (!turn) return;
    turn.entry = entry;
    this.#soundEnds = soundEnds(entry) ?? this.#soundEnds;
    this.#progress(turn, Infinity);
  }

  /** Move the words on: what has been said by *now* (ms of practice time) is dark, the rest light. */
  tick(now) {
    for (const turn of this.#turns.values()) if (!turn.done) this.#progress(turn, now);
  }

  #atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
  }

  #toEnd() {
    this.#follow = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.newest.hidden = true;
  }

  #add(entry) {
    if (isTechnical(entry)) {
      if (!this.#group) {
        this.#group = new Technical();
        this.list.append(h("li", { class: "row row-tech" }, this.#group.el));
      }
      this.#group.add(entry);
      return;
    }
    this.#tellSilence(entry);
    const row = this.#row(entry);
    if (!row) return;
    this.#group = null;
    this.list.append(row);
    this.#lastRow = { row, entry };
  }

  /** Between the end of one sound and the next, when nobody is there to talk to. */
  #tellSilence(entry) {
    if (entry.kind === "joined") this.#inRoom = true;
    if (entry.kind === "left") this.#inRoom = false;
    if (!AUDIBLE.has(entry.kind)) return;
    const gap = (Date.parse(entry.at) - (this.#soundEnds ?? Infinity)) / 1000;
    if (gap >= SILENCE_WORTH_TELLING_S && !this.#inRoom) {
      this.list.append(this.#pill("quiet", t("silence", { n: Math.round(gap) })));
      this.#group = null;
      this.#lastRow = null;
    }
    this.#soundEnds = entry.kind === "pressed" ? this.#soundEnds : soundEnds(entry);
  }

  #row(entry) {
    switch (entry.kind) {
      case "said":
        return this.#speech(entry, "them", t("hotline"));
      case "heard":
        return this.#speech(entry, "person", this.whose(entry) || t("far"));
      case "talked":
        return this.#speech(entry, "mine", t("me"));
      case "pressed":
        return this.#keys(entry);
      case "played":
        return this.#pill("music", music(entry.text));
      case "paused":
        return this.#pill("quiet", entry.detail?.seconds ? t("silence", { n: entry.detail.seconds }) : t("kind.paused"));
      case "dialled": // at the far end of a call the next line, "ringing", says it all
        return (entry.detail?.direction ?? "inbound") === "inbound" ? this.#line(entry) : null;
      case "gather":
        return this.#pill("ear", told(entry), "faint");
      default:
        return this.#line(entry);
    }
  }

  #line(entry) {
    return h("li", { class: `row row-line line-${entry.kind}` },
      h("span", {}, told(entry), h("time", {}, clock(Date.parse(entry.at)))));
  }

  #pill(name, words, more = "") {
    return h("li", { class: `row row-pill ${more}` }, h("span", { class: "pill" }, icon(name), words));
  }

  #speech(entry, side, who) {
    const heard = h("span", { class: "heard" });
    const gap = h("span", { class: "sr" });
    const rest = h("span", { class: "rest" });
    const note = h("span", { class: "turn-note" });
    const same = this.#lastRow?.entry.kind === entry.kind && this.#lastRow.row.dataset.who === who;
    const row = h("li", { class: `row turn ${side}${same ? " same" : ""}`, "data-who": who },
      side === "person" ? badge(who) : null,
      h("div", { class: "turn-body" },
        h("span", { class: "who" }, who, h("time", {}, clock(Date.parse(entry.at)))),
        h("p", { class: "bubble", lang: "zh-CN" }, heard, gap, rest),
        note));
    const turn = { entry, heard, rest, gap, note, row, done: false };
    this.#turns.set(entry.id, turn);
    this.#progress(turn, entry.kind === "said" ? Date.parse(entry.at) : Infinity);
    return row;
  }

  #progress(turn, now) {
    const { text = "", detail = {}, at } = turn.entry;
    const { seconds, cut_at_s: cut } = detail ?? {};
    const known = seconds > 0;
    const until = cut ?? (now - Date.parse(at)) / 1000;
    const share = known ? Math.min(1, Math.max(0, until / seconds)) : 1;
    const letters = Math.round(text.length * share);
    const wasCut = cut !== undefined && cut !== null && letters < text.length;
    say(turn.heard, text.slice(0, letters));
    say(turn.rest, text.slice(letters));
    turn.done = share >= 1 || wasCut;
    turn.row.classList.toggle("cut", wasCut);
    turn.row.classList.toggle("speaking", !turn.done);
    say(turn.gap, wasCut ? t("unheard") : "");
    say(turn.note, wasCut ? t("cut", { n: Math.round(cut * 10) / 10 }) : "");
  }

  /** Keys pressed one after another stand in one row. */
  #keys(entry) {
    const lost = Boolean(entry.detail?.lost);
    const caps = [...entry.text].map((key) => h("kbd", { class: lost ? "cap lost" : "cap" }, key));
    if (this.#lastRow?.entry.kind === "pressed" && !this.#group) {
      this.#lastRow.row.querySelector(".caps").append(...caps);
      if (lost) say(this.#lastRow.row.querySelector(".turn-note"), t("keyLost"));
      return null;
    }
    return h("li", { class: "row turn mine keys" },
      h("div", { class: "turn-body" },
        h("span", { class: "who" }, t("kind.pressed"), h("time", {}, clock(Date.parse(entry.at)))),
        h("p", { class: "caps" }, ...caps),
        h("span", { class: "turn-note" }, lost ? t("keyLost") : "")));
  }
}
