// The lit window of a handset: who is at the other side, what is going on, for how long.

import { attr, h, say } from "./dom.js";
import { isCalled, isCalling, isOver, isTalking } from "./bench.js";
import { knows, t } from "./i18n.js";
import { span } from "./format.js";
import { ending, soundEnds } from "./conversation.js";

const KEYS_ON_DISPLAY = 14;
const SILENCE_SHOWN_S = 2;
const QUIET = new Set(["gather", "pause", "idle", "alone"]);
const SOUNDS = new Set(["said", "played", "heard", "talked", "answered"]);

/** How a call ended, as seen from this handset: who is called refuses, who calls finds it busy. */
export function howItEnded(call) {
  if (call.status === "busy" && call.direction !== "inbound") return t("over.refused");
  return call.status === "failed" ? ending("failed", call.end_reason) : t(`over.${call.status}`);
}

export class Display {
  #bench;

  constructor(bench) {
    this.#bench = bench;
    this.far = h("p", { class: "display-far" });
    this.time = h("p", { class: "display-time" });
    this.state = h("span", {});
    this.hint = h("p", { class: "display-hint" });
    this.keys = h("p", { class: "display-keys" });
    this.el = h("div", { class: "display", role: "group" },
      h("div", { class: "display-top" }, this.far, this.time),
      h("p", { class: "display-state" }, h("span", { class: "lamp", "aria-hidden": "true" }), this.state),
      h("div", { class: "display-bottom" }, this.hint, this.keys));
  }

  name(words) {
    attr(this.el, "aria-label", words);
  }

  show(call, now) {
    attr(this.el, "data-doing", this.#doing(call));
    say(this.far, call ? this.#farSide(call) : "");
    say(this.state, this.#stateWords(call, now));
    say(this.time, this.#elapsed(call, now));
    say(this.hint, this.#welcome(call));
    say(this.keys, call ? this.#pressed(call) : "");
  }

  #elapsed(call, now) {
    if (!call?.answered_at) return "";
    const end = call.ended_at ? Date.parse(call.ended_at) : now;
    return span((end - Date.parse(call.answered_at)) / 1000);
  }

  #pressed(call) {
    const keys = this.#bench.transcript(call.sid).filter((entry) => entry.kind === "pressed");
    return keys.map((entry) => entry.text).join("").slice(-KEYS_ON_DISPLAY);
  }

  #farSide(call) {
    const other = call.direction === "inbound" ? call.to : call.from;
    const known = this.#bench.nameOf(other);
    return this.#bench.numbers.includes(other) ? `${t("hotline")} ${known}` : known;
  }

  #doing(call) {
    if (!call) return "ready";
    if (isOver(call)) return call.status === "completed" ? "over" : "broken";
    if (isCalled(call)) return "called";
    if (!isTalking(call)) return isCalling(call) ? "calling" : "ready";
    if (call.hold) return "hold";
    const alone = call.doing === "conference" && (this.#bench.roomOf(call)?.participants.length ?? 0) < 2;
    return alone ? "alone" : call.doing;
  }

  #stateWords(call, now) {
    const doing = this.#doing(call);
    if (doing === "over" || doing === "broken") return howItEnded(call);
    const words = [t(knows(`doing.${doing}`) ? `doing.${doing}` : "doing.idle")];
    const silent = QUIET.has(doing) ? this.#silentFor(call, now) : 0;
    if (silent >= SILENCE_SHOWN_S) words.push(t("silentFor", { n: Math.floor(silent) }));
    if (call?.muted) words.push(t("muted"));
    if (call?.coaching) words.push(t("coaching"));
    return words.join(" · ");
  }

  #silentFor(call, now) {
    const last = this.#bench.transcript(call.sid).findLast((entry) => SOUNDS.has(entry.kind));
    const ended = last ? soundEnds(last) : null;
    return ended === null ? 0 : (now - ended) / 1000;
  }

  #welcome(call) {
    const { keys, speech } = (call && isTalking(call) && call.collecting) || {};
    if (keys && speech) return t("bothWelcome");
    return keys ? t("keysWelcome") : speech ? t("speechWelcome") : "";
  }
}
