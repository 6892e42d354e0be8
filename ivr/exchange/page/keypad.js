// Twelve keys, for the mouse, the finger and the arrow keys.

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

const KEYS = [
  ["1", ""], ["2", "ABC"], ["3", "DEF"],
  ["4", "GHI"], ["5", "JKL"], ["6", "MNO"],
  ["7", "PQRS"], ["8", "TUV"], ["9", "WXYZ"],
  ["*", ""], ["0", "+"], ["#", ""],
];
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -3, ArrowDown: 3 };
const DOWN_MS = 140;

/** One stop for the Tab key, arrows inside. `onPress(key)` is called for every key. */
export class Keypad {
  constructor(onPress) {
    this.buttons = KEYS.map(([key, letters], at) => {
      const button = h(
        "button", { type: "button", class: "key", tabindex: at ? "-1" : "0", "data-key": key },
        h("span", { class: "key-digit" }, key === "*" ? "✱" : key),
        h("span", { class: "key-letters", "aria-hidden": "true" }, letters),
      );
      button.addEventListener("click", () => onPress(key));
      button.addEventListener("focus", () => this.#only(at));
      return button;
    });
    this.el = h("div", { class: "keypad", role: "group" }, ...this.buttons);
    this.el.addEventListener("keydown", (event) => this.#arrows(event));
    this.words();
  }

  words() {
    this.el.setAttribute("aria-label", t("keypad"));
    for (const [key, name] of [["*", "star"], ["#", "hash"]]) {
      this.buttons.find((one) => one.dataset.key === key).setAttribute("aria-label", t(name));
    }
  }

  enable(yes) {
    for (const button of this.buttons) button.disabled = !yes;
  }

  /** The key goes down, whoever pressed it. */
  flash(key) {
    const button = this.buttons.find((one) => one.dataset.key === key);
    button?.classList.add("down");
    setTimeout(() => button?.classList.remove("down"), DOWN_MS);
  }

  #only(at) {
    this.buttons.forEach((button, n) => (button.tabIndex = n === at ? 0 : -1));
  }

  #arrows(event) {
    const at = this.buttons.indexOf(document.activeElement);
    const next = this.buttons[at + (STEPS[event.key] ?? NaN)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  }
}

export const actionButton = (name, kind, onclick) => {
  const words = h("span", {});
  const el = h("button", { type: "button", class: `action ${kind}`, onclick }, icon(name), words);
  return { el, words };
};
