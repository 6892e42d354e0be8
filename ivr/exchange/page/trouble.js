// Making the network misbehave: ready-made faults, rules of one's own, and what is in force.

import { $, h, icon, say } from "./dom.js";
import { ask } from "./wire.js";
import { pick, t } from "./i18n.js";

const ON = ["voice", "gather", "status", "conference", "rest", "stream", "all"];
const DO = ["delay", "drop", "refuse", "5xx", "cut", "duplicate", "reorder"];
const TAKES_TIME = new Set(["delay", "reorder", "cut"]);
const PRESETS = {
  500: { on: "voice", do: "5xx", times: 1 },
  slow: { on: "voice", do: "delay", seconds: 5, times: 3 },
  twice: { on: "status", do: "duplicate" },
  order: { on: "status", do: "reorder" },
  rest: { on: "rest", do: "5xx", times: 3 },
  lossy: { on: "voice", do: "drop", probability: 0.2 },
};

/** A rule as a sentence. */
function sentence(rule) {
  const what = rule.do === "delay" ? t("delayed", { n: rule.seconds }) : t(`do.${rule.do}`);
  const words = [t(`on.${rule.on}`), what];
  if (rule.url_contains) words.push(t("urlWith", { text: rule.url_contains }));
  if (rule.times) words.push(t("timesLeft", { n: rule.times }));
  if ((rule.probability ?? 1) < 1) words.push(t("chance", { n: Math.round(rule.probability * 100) }));
  return words.join(" · ");
}

export class Trouble {
  #bench;
  #shown = "";

  constructor(bench) {
    this.#bench = bench;
    this.form = $("#rule-form");
    this.list = $("#rule-list");
    this.error = $("#rule-error");
    this.presets = $("#presets");
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.#add(this.#typed())));
    this.form.elements.do.addEventListener("change", () => this.#fields());
    $("#rules-clear").addEventListener("click", () => this.#send("DELETE", "/misbehave"));
    this.words();
  }

  words() {
    const options = (name, values) => {
      const { [name]: field } = this.form.elements;
      const chosen = field.value || values[0];
      field.replaceChildren(...values.map((value) => h("option", { value }, t(`${name}.${value}`))));
      field.value = chosen;
    };
    options("on", ON);
    options("do", DO);
    this.presets.replaceChildren(...Object.entries(PRESETS).map(([name, rule]) =>
      h("li", {}, h("button", { type: "button", class: "plain", onclick: () => this.#add(rule) }, t(`preset.${name}`)))));
    this.#fields();
    this.#shown = "";
    this.update();
  }

  #fields() {
    $("#rule-seconds").hidden = !TAKES_TIME.has(this.form.elements.do.value);
  }

  #typed() {
    const { on, do: what, url, seconds, times, probability } = this.form.elements;
    return {
      on: on.value,
      do: what.value,
      url_contains: url.value.trim() || null,
      ...(TAKES_TIME.has(what.value) && { seconds: Number(seconds.value) }),
      times: times.value ? Number(times.value) : null,
      probability: Number(probability.value) / 100,
    };
  }

  #add(rule) {
    return this.#send("POST", "/misbehave", rule);
  }

  async #send(method, path, body) {
    try {
      await ask(method, path, body);
      say(this.error, "");
    } catch (refused) {
      say(this.error, pick(refused.words) || String(refused));
    }
  }

  update() {
    const print = JSON.stringify(this.#bench.rules);
    if (print === this.#shown) return;
    this.#shown = print;
    const { rules } = this.#bench;
    const had = this.list.contains(document.activeElement);
    this.list.replaceChildren(...rules.map((rule) => this.#rule(rule)));
    if (had) (this.list.querySelector("button") ?? $("#trouble-title")).focus();
    $("#no-rules").hidden = rules.length > 0;
    $("#rules-clear").hidden = rules.length === 0;
    $("#rules-title").hidden = rules.length === 0;
    $("#rules-count").textContent = rules.length || "";
  }

  #rule(rule) {
    const words = sentence(rule);
    const remove = () => this.#send("DELETE", `/misbehave/${rule.id}`);
    const label = t("removeRule", { rule: words });
    return h("li", { class: "rule" }, icon("bolt"), h("span", {}, words),
      h("button", { type: "button", class: "close", "aria-label": label, onclick: remove }, icon("close")));
  }
}
