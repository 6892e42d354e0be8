// Which language the page shows. Chinese unless somebody chose English; the choice is remembered.

import { en } from "./words.en.js";
import { zh } from "./words.zh.js";

const WORDS = { zh, en };
const KEY = "practice.lang";

export const remembered = {
  get(key, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? otherwise;
    } catch {
      return otherwise; // storage switched off or written by somebody else
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // A page that cannot remember still works.
    }
  },
};

let lang = remembered.get(KEY, "zh") === "en" ? "en" : "zh";

export const language = () => lang;

/** The words for *key*; `{name}` is replaced by what is given. */
export function t(key, values = {}) {
  const words = WORDS[lang][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const knows = (key) => key in WORDS[lang];

/** A label of the exchange, `{zh, en}` or plain text, in the language of the page. */
export function pick(label) {
  if (label === null || label === undefined) return "";
  return typeof label === "object" ? (label[lang] ?? label.zh ?? label.en ?? "") : String(label);
}

/** Put the words into the parts of the page that are written in HTML. */
export function translate(root = document) {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
  for (const element of root.querySelectorAll("[data-t-title]")) {
    element.setAttribute("title", t(element.dataset.tTitle));
  }
  for (const element of root.querySelectorAll("[data-t-hint]")) {
    element.setAttribute("placeholder", t(element.dataset.tHint));
  }
}

export function choose(next) {
  lang = next;
  remembered.set(KEY, next);
  translate();
}
