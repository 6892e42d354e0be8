// The callers' side of the bench: whose phone to pick up, and the phones that are picked up.

import { $, attr, badge, h, icon, say } from "./dom.js";
import { e164, number } from "./format.js";
import { Handset } from "./handset.js";
import { isOver, isWithheld } from "./bench.js";
import { pick, t } from "./i18n.js";

const PHONES_AT_ONCE = 6;
const OLD_PHONES_AT_START = 2;

export class Callers {
  #bench;
  #tools;
  #phones = new Map();
  #putAway = new Map();
  #started = false;
  #chips = "";

  constructor(bench, tools) {
    this.#bench = bench;
    this.#tools = { ...tools, dial: (from, phone) => this.dial(from, phone) };
    this.chips = $("#people");
    this.shelf = $("#caller-phones");
    this.more = $("#more-phones");
    this.error = $("#dial-error");
    $("#dial-form").addEventListener("submit", (event) => (event.preventDefault(), this.#dialTyped()));
    $("#dial-withheld").addEventListener("click", () => this.dial("anonymous"));
    $("#bring-out").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#open($("#more-choice").value).el.focus();
      this.update();
    });
    bench.addEventListener("reset", () => this.#clear());
  }

  phones() {
    return [...this.#phones.values()];
  }

  /** Ring the hotline as *from*; an answerable complaint goes to the phone it was dialled on. */
  async dial(from, phone) {
    if (!isWithheld(from)) this.#bench.takeInHand(from);
    try {
      const call = await this.#tools.place(from, $("#dial-to").value);
      say(this.error, "");
      phone?.complain(null);
      const key = this.#bench.keyOf(call);
      if (phone && phone.key !== key) this.#remove(phone);
      this.#putAway.delete(key);
      this.#bench.takeInHand(key);
      if (this.#bench.isAgent(key)) return;
      const handset = this.#open(key);
      handset.update();
      this.update();
      handset.el.focus({ preventScroll: true });
      handset.el.scrollIntoView({ block: "nearest", behavior: this.#tools.calm() ? "auto" : "smooth" });
    } catch (refused) {
      const words = refused.words ?? String(refused);
      if (phone) phone.complain(words);
      else say(this.error, pick(words));
    }
  }

  #dialTyped() {
    const field = $("#dial-number");
    const typed = field.value.trim();
    const from = e164(typed);
    attr(field, "aria-invalid", from ? null : "true");
    if (!from) {
      say(this.error, t("badNumber", { typed }));
      field.focus();
      return;
    }
    this.dial(from);
  }

  update() {
    this.#showPeople();
    this.#showNumbers();
    this.#bringOutRinging();
    for (const phone of this.#phones.values()) phone.update();
    $("#no-phones").hidden = this.#phones.size > 0;
    $(".side-callers").classList.toggle("has-phones", this.#phones.size > 0);
    this.#showMore();
    this.#started ||= this.#bench.line !== "connecting";
  }

  words() {
    this.#chips = "";
    for (const phone of this.#phones.values()) {
      phone.words();
      this.#labelClose(phone);
    }
    this.update();
  }

  #showPeople() {
    const people = this.#bench.callers.filter((one) => !this.#bench.isAgent(one.number) && !isWithheld(one.number));
    const print = JSON.stringify(people.map((one) => [one.number, pick(one.label)]));
    if (print === this.#chips) return;
    this.#chips = print;
    this.chips.replaceChildren(...people.map((one) => this.#chip(one)));
  }

  /** Only a hotline with several numbers asks which. */
  #showNumbers() {
    const field = $("#dial-to");
    const { numbers } = this.#bench;
    if (field.options.length !== numbers.length) {
      field.replaceChildren(...numbers.map((to) => h("option", { value: to }, number(to))));
    }
    field.closest("label").hidden = numbers.length < 2;
  }

  #chip(one) {
    const name = this.#bench.nameOf(one.number);
    const shown = number(one.number);
    const button = h("button", { type: "button", class: "person", "data-number": one.number },
      badge(name), h("span", { class: "person-words" },
        h("span", { class: "person-name" }, name),
        name === shown ? null : h("span", { class: "person-number" }, shown),
        h("span", { class: "sr" }, t("ringAs"))),
      icon("call"));
    button.addEventListener("click", () => this.dial(one.number));
    return h("li", {}, button);
  }

  /** Calls that began elsewhere (another window, a test, a call back) come to the bench by themselves. */
  #bringOutRinging() {
    const hidden = [];
    for (const call of this.#bench.calls.values()) {
      const key = this.#bench.keyOf(call);
      if (this.#bench.isAgent(key) || this.#phones.has(key) || this.#putAway.get(key) === call.sid) continue;
      if (isOver(call)) continue;
      if (this.#phones.size < PHONES_AT_ONCE || this.#makeRoom()) this.#open(key);
      else hidden.push(key);
    }
    this.hidden = hidden;
    if (this.#started || !this.#bench.calls.size) return;
    const recent = [...this.#bench.calls.values()].sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
    for (const call of recent) {
      const key = this.#bench.keyOf(call);
      if (this.#phones.size >= OLD_PHONES_AT_START) break;
      if (!this.#bench.isAgent(key) && !this.#phones.has(key)) this.#open(key);
    }
  }

  /** A phone whose call is over makes room for one that is on a call. */
  #makeRoom() {
    const old = this.phones().find((phone) =>
      phone.call && isOver(phone.call) && phone.key !== this.#bench.inHand);
    if (old) this.#remove(old);
    return Boolean(old);
  }

  #open(key) {
    const known = this.#phones.get(key);
    if (known) return known;
    const phone = new Handset(this.#bench, this.#tools, key);
    phone.el.classList.add("phone-caller");
    phone.close = h("button", { type: "button", class: "close" }, icon("close"));
    phone.close.addEventListener("click", () => this.#close(phone));
    phone.head.append(phone.close);
    this.#labelClose(phone);
    phone.hold(this.#bench.inHand === key);
    this.#phones.set(key, phone);
    this.shelf.prepend(phone.el);
    return phone;
  }

  #labelClose(phone) {
    phone.close.setAttribute("aria-label", t("putAway", { name: this.#bench.nameOf(phone.key) }));
  }

  /** Nobody puts a phone away without hanging up. */
  #close(phone) {
    const { call } = phone;
    if (call && !isOver(call)) phone.command("hangup");
    this.#putAway.set(phone.key, call?.sid);
    const next = phone.el.nextElementSibling ?? phone.el.previousElementSibling;
    this.#remove(phone);
    this.update();
    (next ?? $("#people button") ?? $("#dial-number")).focus();
  }

  #remove(phone) {
    this.#phones.delete(phone.key);
    phone.el.remove();
    if (this.#bench.inHand === phone.key) this.#bench.takeInHand(null);
  }

  #clear() {
    for (const phone of this.phones()) this.#remove(phone);
    this.#putAway.clear();
  }

  #showMore() {
    const keys = [...new Set(this.hidden)];
    this.more.hidden = keys.length === 0;
    say($("#more-words"), t("more", { n: keys.length }));
    const choice = $("#more-choice");
    if (document.activeElement === choice) return;
    choice.replaceChildren(...keys.slice(0, 200).map((key) =>
      h("option", { value: key }, `${this.#bench.nameOf(key)} ${number(key)}`)));
  }
}
