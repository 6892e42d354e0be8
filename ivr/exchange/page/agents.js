// The agents' side of the bench: phones that are switched on and off, and answer calls.

import { $, attr, h, icon, say, toggle } from "./dom.js";
import { ask } from "./wire.js";
import { Handset } from "./handset.js";
import { isOver } from "./bench.js";
import { number } from "./format.js";
import { pick, t } from "./i18n.js";

const AUTO_ANSWER_S = 2;

/** A handset with the switches of an agent's phone. */
class AgentPhone {
  constructor(bench, tools, key, onSwitch) {
    this.bench = bench;
    this.phone = new Handset(bench, tools, key, { folded: true });
    this.phone.el.classList.add("phone-agent");
    this.power = toggle("", true, (on) => onSwitch(this, on));
    this.power.el.classList.add("power");
    this.auto = toggle("", false, (on) => this.#set({ auto_answer_s: on ? this.#seconds() : null }));
    this.after = h("input", { type: "number", min: "0", max: "60", step: "1", value: AUTO_ANSWER_S, class: "small-number" });
    this.after.addEventListener("change", () => this.auto.box.checked && this.#set({ auto_answer_s: this.#seconds() }));
    this.unit = h("span", { "aria-hidden": "true" });
    this.busy = toggle("", false, (busy) => this.#set({ busy }));
    this.options = h("div", { class: "options" },
      h("div", { class: "option" }, this.auto.el, this.after, this.unit), this.busy.el);
    this.ring = h("button", { type: "button", class: "close ring-hotline" }, icon("call"));
    this.ring.addEventListener("click", () => tools.dial(key, this.phone));
    this.foldWords = h("span", {});
    this.fold = h("button", { type: "button", class: "action quiet" }, this.foldWords);
    this.fold.addEventListener("click", () => this.#foldAway());
    this.phone.buttons.dial.el.after(this.fold);
    this.phone.head.append(this.ring, this.power.el);
    this.phone.head.after(this.options);
    this.words();
  }

  #seconds() {
    const typed = Number(this.after.value);
    return Number.isFinite(typed) && this.after.value !== "" ? Math.min(60, Math.max(0, typed)) : AUTO_ANSWER_S;
  }

  async #set(change) {
    try {
      await ask("PUT", `/agents/${encodeURIComponent(this.phone.key)}`, change);
      this.phone.complain(null);
    } catch (refused) {
      this.phone.complain(refused.words ?? String(refused));
      this.update();
    }
  }

  get known() {
    return this.bench.agents.find((agent) => agent.endpoint === this.phone.key);
  }

  /** What was said stays until the next call, or until somebody has read it. */
  #foldAway() {
    this.folded = this.phone.call?.sid;
    this.update();
    this.ring.focus();
  }

  words() {
    say(this.foldWords, t("foldAway"));
    this.ring.setAttribute("aria-label", t("callHotline"));
    this.ring.title = t("callHotline");
    say(this.auto.label, t("autoAnswer"));
    say(this.busy.label, t("busy"));
    say(this.unit, t("seconds"));
    this.after.setAttribute("aria-label", `${t("autoAnswer")} ${t("autoAnswerAfter")} (${t("seconds")})`);
  }

  update() {
    const { known } = this;
    const name = this.bench.nameOf(this.phone.key);
    this.power.box.checked = Boolean(known);
    this.power.box.setAttribute("aria-label", t("switchOn", { name }));
    this.options.hidden = !known;
    const auto = known?.auto_answer_s ?? null;
    this.auto.box.checked = auto !== null;
    if (auto !== null && document.activeElement !== this.after) this.after.value = auto;
    this.busy.box.checked = Boolean(known?.busy);
    this.phone.update();
    say(this.phone.under, `${number(this.phone.key)} · ${t(known ? "on" : "off")}`);
    this.phone.el.classList.toggle("off", !known);
    const { call } = this.phone;
    const atRest = !call || (isOver(call) && this.folded === call.sid);
    this.phone.el.classList.toggle("at-rest", atRest);
    this.ring.hidden = !atRest || !known;
    this.fold.hidden = atRest || !isOver(call);
    this.phone.buttons.dial.el.disabled = !known;
  }
}

export class Agents {
  #bench;
  #tools;
  #phones = new Map();

  constructor(bench, tools, dial) {
    this.#bench = bench;
    this.#tools = { ...tools, dial };
    this.shelf = $("#agent-phones");
    this.error = $("#agent-error");
    $("#agent-form").addEventListener("submit", (event) => (event.preventDefault(), this.#add(event.target)));
  }

  phones() {
    return [...this.#phones.values()].map((one) => one.phone);
  }

  update() {
    for (const agent of this.#bench.agents) this.#open(agent.endpoint);
    for (const call of this.#bench.calls.values()) {
      const key = this.#bench.keyOf(call);
      if (this.#bench.isAgent(key)) this.#open(key);
    }
    for (const one of this.#phones.values()) one.update();
    $("#no-agents").hidden = this.#phones.size > 0;
  }

  words() {
    for (const one of this.#phones.values()) {
      one.phone.words();
      one.words();
    }
    this.update();
  }

  #open(key) {
    if (this.#phones.has(key)) return;
    const one = new AgentPhone(this.#bench, this.#tools, key, (phone, on) => this.#switch(phone, on));
    this.#phones.set(key, one);
    one.phone.hold(this.#bench.inHand === key);
    this.shelf.append(one.phone.el);
  }

  async #switch(one, on) {
    const endpoint = one.phone.key;
    try {
      if (on) await ask("POST", "/agents", { endpoint, label: this.#bench.labelOf(endpoint) });
      else await ask("DELETE", `/agents/${encodeURIComponent(endpoint)}`);
      one.phone.complain(null);
    } catch (refused) {
      one.phone.complain(refused.words ?? String(refused));
      one.update();
    }
  }

  async #add(form) {
    const { endpoint, name } = form.elements;
    const typed = endpoint.value.trim();
    const wanted = /^(client|sip):/.test(typed) ? typed : `client:${typed}`;
    const fine = /^(client:[\w.@+-]+|sip:\S+)$/u.test(wanted);
    attr(endpoint, "aria-invalid", fine ? null : "true");
    say(this.error, fine ? "" : t("badEndpoint"));
    if (!fine) return endpoint.focus();
    const words = name.value.trim() || wanted.replace(/^\w+:/, "");
    try {
      await ask("POST", "/agents", { endpoint: wanted, label: { zh: words, en: words } });
      form.reset();
    } catch (refused) {
      say(this.error, pick(refused.words) || String(refused));
    }
  }
}
