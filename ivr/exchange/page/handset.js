// One telephone: its display, its keys, what is said on it.

import { actionButton, Keypad } from "./keypad.js";
import { ask } from "./wire.js";
import { badge, h, icon, say } from "./dom.js";
import { clock, number } from "./format.js";
import { Conversation } from "./conversation.js";
import { Display, howItEnded } from "./display.js";
import { isCalled, isCalling, isOver, isTalking } from "./bench.js";
import { pick, t } from "./i18n.js";

let made = 0;

/**
 * A handset on the bench.
 *
 * `tools` holds what all handsets share: `tones`, `voice`, and `dial(from)` which places a call.
 */
export class Handset {
  #bench;
  #tools;
  #sid = null;
  #chosen = null;
  #newest = undefined;
  #digits = "";
  #sending = null;
  #calls = "";

  constructor(bench, tools, key, { folded = false } = {}) {
    this.#bench = bench;
    this.#tools = tools;
    this.key = key;
    this.id = `phone-${(made += 1)}`;
    this.display = new Display(bench);
    this.conversation = new Conversation((entry) => bench.speakerOf(entry));
    this.keypad = new Keypad((digit) => this.press(digit));
    this.#build(folded);
    this.words();
  }

  // ---- the parts

  #build(folded) {
    this.name = h("h3", { id: `${this.id}-name` });
    this.under = h("p", { class: "phone-number" });
    this.badgeSpot = h("span", { class: "badge-spot" });
    this.tag = h("span", { class: "hand-tag", hidden: true });
    this.head = h("header", { class: "phone-head" },
      this.badgeSpot, h("div", { class: "phone-who" }, this.name, this.under), this.tag);
    this.which = h("select", { class: "which", hidden: true });
    this.which.addEventListener("change", () => ((this.#chosen = this.which.value), this.update()));
    this.error = h("p", { class: "phone-error", role: "alert" });

    const speak = this.#buildSpeech();
    const keys = folded ? this.#fold(this.keypad.el) : this.keypad.el;
    this.body = h("div", { class: "phone-body" },
      h("div", { class: "phone-left" }, this.display.el, keys, this.#buildActions()),
      h("div", { class: "phone-right" }, this.which, this.conversation.el, speak));
    this.el = h("article", {
      class: "phone", tabindex: "-1", "data-phone": this.key, "aria-labelledby": `${this.id}-name`,
    }, this.head, this.error, this.body);
    const take = () => this.#bench.takeInHand(this.key);
    this.el.addEventListener("pointerdown", take);
    this.el.addEventListener("focusin", take);
  }

  #fold(keypad) {
    this.foldWords = h("span", {});
    return h("details", { class: "fold" }, h("summary", {}, icon("key"), this.foldWords), keypad);
  }

  #buildActions() {
    this.buttons = {
      answer: actionButton("call", "go", () => this.command("answer")),
      dial: actionButton("call", "go", () => this.#tools.dial(this.dialsAs(), this)),
      decline: actionButton("hangup", "stop", () => this.command("reject")),
      hangup: actionButton("hangup", "stop", () => this.command("hangup")),
      drop: actionButton("lost", "quiet", () => this.command("drop")),
    };
    return h("div", { class: "actions" }, ...Object.values(this.buttons).map((one) => one.el));
  }

  #buildSpeech() {
    this.speech = h("input", {
      type: "text", id: `${this.id}-talk`, autocomplete: "off", enterkeyhint: "send", maxlength: "500", lang: "zh-CN",
    });
    this.speechLabel = h("label", { class: "sr", for: `${this.id}-talk` });
    this.sendWords = h("span", {});
    this.send = h("button", { type: "submit", class: "send" }, icon("send"), this.sendWords);
    const form = h("form", { class: "speak" }, this.speechLabel, this.speech, this.send);
    form.addEventListener("submit", (event) => (event.preventDefault(), this.#talk()));
    return form;
  }

  // ---- what the person does

  /** A key, from the mouse or the keyboard. Keys leave one after another, in the order pressed. */
  press(digit) {
    const call = this.call;
    if (!call || !isTalking(call)) return;
    this.#tools.tones.key(digit);
    this.#tools.voice.hush();
    this.keypad.flash(digit);
    this.#digits += digit;
    this.#sending ??= this.#sendDigits(call.sid).finally(() => (this.#sending = null));
  }

  async #sendDigits(sid) {
    while (this.#digits) {
      const digits = this.#digits;
      this.#digits = "";
      await this.#try(() => ask("POST", `/calls/${sid}/press`, { digits }));
    }
  }

  async #talk() {
    const text = this.speech.value.trim();
    if (!text || !this.call || !isTalking(this.call)) return;
    const done = await this.#try(() => ask("POST", `/calls/${this.call.sid}/talk`, { text }));
    if (done) this.speech.value = "";
  }

  command(what) {
    if (what !== "answer") this.#tools.voice.hush();
    this.#bench.takeInHand(this.key);
    return this.#try(() => ask("POST", `/calls/${this.call.sid}/${what}`, {}));
  }

  async #try(act) {
    try {
      await act();
      this.complain(null);
      return true;
    } catch (refused) {
      this.complain(refused.words ?? String(refused));
      return false;
    }
  }

  complain(words) {
    this.complaint = words;
    say(this.error, pick(words));
  }

  dialsAs() {
    return this.key.startsWith("call:") ? "anonymous" : this.key;
  }

  // ---- what it shows

  get call() {
    return this.#bench.calls.get(this.#sid) ?? null;
  }

  get isRinging() {
    return Boolean(this.call && isCalled(this.call));
  }

  /** All words anew, after the language was changed. */
  words() {
    const words = { answer: "answer", decline: "decline", hangup: "hangup", drop: "drop" };
    for (const [name, key] of Object.entries(words)) say(this.buttons[name].words, t(key));
    this.buttons.drop.el.title = t("dropHint");
    say(this.sendWords, t("send"));
    say(this.tag, t("inHand"));
    if (this.foldWords) say(this.foldWords, t("keypadShow"));
    this.keypad.words();
    this.which.setAttribute("aria-label", t("whichCall"));
    this.#calls = "";
    this.#sid = null;
    this.complain(this.complaint);
    this.update();
  }

  update() {
    const name = this.#bench.nameOf(this.key);
    if (this.name.textContent !== name) {
      say(this.name, name);
      this.badgeSpot.replaceChildren(badge(name));
    }
    const shown = this.key.startsWith("call:") ? "" : number(this.key);
    say(this.under, shown === name ? "" : shown);
    say(this.speechLabel, t("talkLabel", { name }));
    this.conversation.log.setAttribute("aria-label", t("conversation", { name }));
    this.display.name(t("phoneOf", { name }));
    this.#pickCall();
    this.#controls();
    this.tick(this.#bench.now());
  }

  #pickCall() {
    const calls = this.#bench.callsOf(this.key);
    // A new call comes to the front by itself; an old one is only shown while somebody looks it up.
    if (calls[0]?.sid !== this.#newest) this.#chosen = null;
    this.#newest = calls[0]?.sid;
    const call = calls.find((one) => one.sid === this.#chosen) ?? calls[0] ?? null;
    this.#listCalls(calls, call);
    if (call?.sid === this.#sid) return;
    this.#sid = call?.sid ?? null;
    this.conversation.show(call ? this.#bench.transcript(call.sid) : []);
  }

  #listCalls(calls, current) {
    this.which.hidden = calls.length < 2;
    const lines = calls.slice(0, 20).map((call) => [call.sid, this.#callLine(call)]);
    const print = JSON.stringify([lines, current?.sid]);
    if (print === this.#calls) return;
    this.#calls = print;
    this.which.replaceChildren(...lines.map(([sid, words]) =>
      h("option", { value: sid, ".selected": sid === current?.sid }, words)));
  }

  #callLine(call) {
    const state = isOver(call) ? howItEnded(call) : t(isCalled(call) ? "doing.called" : "doing.conference");
    return t("callAt", { time: clock(Date.parse(call.started_at)), state });
  }

  #controls() {
    const call = this.call;
    const over = !call || isOver(call);
    const called = Boolean(call && isCalled(call));
    const calling = Boolean(call && isCalling(call));
    const talking = Boolean(call && isTalking(call));
    const focused = this.el.contains(document.activeElement) ? document.activeElement : null;
    const show = { answer: called, decline: called, hangup: talking || calling, drop: talking, dial: over };
    for (const [name, yes] of Object.entries(show)) this.buttons[name].el.hidden = !yes;
    say(this.buttons.dial.words, t(call && call.direction === "inbound" ? "redial" : "callHotline"));
    this.keypad.enable(talking);
    this.speech.disabled = this.send.disabled = !talking;
    const isAgent = this.#bench.isAgent(this.key);
    this.speech.placeholder = t(isAgent ? "talkHintAgent" : "talkHint");
    const collecting = (talking && call.collecting) || {};
    this.el.classList.toggle("ringing", called);
    this.el.classList.toggle("over", over);
    this.el.classList.toggle("wants-keys", Boolean(collecting.keys));
    this.el.classList.toggle("wants-words", Boolean(collecting.speech));
    if (focused && (focused.hidden || focused.disabled)) this.#giveFocus(talking);
  }

  /** A button that goes away under somebody's finger hands the focus to the next sensible thing. */
  #giveFocus(talking) {
    const next = Object.values(this.buttons).find((one) => !one.el.hidden)?.el;
    (talking ? this.speech : (next ?? this.el)).focus({ preventScroll: true });
  }

  /** What moves with the clock. */
  tick(now) {
    this.display.show(this.call, now);
    this.conversation.tick(now);
  }

  hold(yes) {
    this.el.classList.toggle("in-hand", yes);
    this.tag.hidden = !yes;
  }
}
