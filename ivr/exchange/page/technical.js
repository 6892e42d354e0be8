// What went over the wire, for those who want to see it: webhooks, status callbacks, errors, TwiML.

import { clock } from "./format.js";
import { h, icon } from "./dom.js";
import { knows, t } from "./i18n.js";

const KINDS = new Set(["webhook", "status", "error", "redirected"]);

export const isTechnical = (entry) => KINDS.has(entry.kind);

/** A webhook with status 0 was never answered. */
const failed = ({ kind, detail }) =>
  kind === "error" || Number(detail?.status) >= 400 || (kind === "webhook" && !detail?.status);

/** A TwiML document with one element a line; as it came when it is not well formed. */
export function pretty(xml) {
  const document = new DOMParser().parseFromString(xml, "application/xml");
  if (document.querySelector("parsererror")) return xml;
  const lines = [];
  const attributes = (node) =>
    [...node.attributes].map((one) => ` ${one.name}="${one.value.replaceAll("&", "&amp;")}"`).join("");
  const write = (node, depth) => {
    const pad = "  ".repeat(depth);
    const open = `${pad}<${node.tagName}${attributes(node)}`;
    if (!node.childNodes.length) lines.push(`${open}/>`);
    else if (!node.children.length || [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim())) {
      const inside = [...node.childNodes].map((one) => new XMLSerializer().serializeToString(one));
      lines.push(`${open}>${inside.join("").trim()}</${node.tagName}>`);
    } else {
      lines.push(`${open}>`);
      for (const child of node.children) write(child, depth + 1);
      lines.push(`${pad}</${node.tagName}>`);
    }
  };
  write(document.documentElement, 0);
  return lines.join("\n");
}

/** The document with its tags set apart from the words, so that the words are found at a glance. */
function twiml(xml) {
  const parts = pretty(xml).split(/(<[^>]*>)/);
  const code = parts.map((part) => (part.startsWith("<") ? h("span", { class: "tag" }, part) : part));
  return h("pre", { tabindex: "0", lang: "zh-CN", "aria-label": t("twiml") }, h("code", {}, ...code));
}

function path(url) {
  try {
    const { pathname, search } = new URL(url);
    return pathname + search;
  } catch {
    return url ?? "";
  }
}

function facts(detail) {
  const list = h("dl", {});
  for (const [name, value] of Object.entries(detail)) {
    if (name === "twiml" || value === null || value === undefined || value === "") continue;
    const shown = Array.isArray(value) ? value.join(" · ")
      : typeof value === "object" ? JSON.stringify(value) : String(value);
    list.append(h("dt", {}, knows(name) ? t(name) : name), h("dd", {}, shown));
  }
  return list;
}

function row(entry) {
  const detail = entry.detail ?? {};
  const answer = detail.status || (entry.kind === "webhook" ? t("noAnswer") : "");
  const words = detail.url ? path(detail.url) : entry.text;
  const summary = h(
    "summary", {},
    h("span", { class: "tech-kind" }, t(`kind.${entry.kind}`)),
    h("span", { class: "tech-what" }, words),
    answer === "" ? null : h("span", { class: failed(entry) ? "tech-answer bad" : "tech-answer" }, answer),
    detail.ms === undefined || detail.ms === null ? null
      : h("span", { class: "tech-ms" }, t("milliseconds", { n: Math.round(detail.ms) })),
  );
  const item = h("details", { class: `tech-row tech-${entry.kind}` }, summary);
  // The inside is made only when somebody looks: a long call has hundreds of these.
  item.addEventListener("toggle", () => {
    if (!item.open || item.children.length > 1) return;
    item.append(
      h("p", { class: "tech-at" }, clock(Date.parse(entry.at)), entry.text && detail.url ? ` · ${entry.text}` : ""),
      facts(detail),
    );
    if (detail.twiml) item.append(twiml(detail.twiml));
  });
  return item;
}

/** A folded group of neighbouring technical entries; grows with `add`. */
export class Technical {
  constructor() {
    this.count = 0;
    this.bad = 0;
    this.summary = h("summary", {});
    this.el = h("details", { class: "tech" }, this.summary);
  }

  add(entry) {
    this.count += 1;
    this.bad += failed(entry) ? 1 : 0;
    this.el.append(row(entry));
    this.el.classList.toggle("has-bad", this.bad > 0);
    const words = [t("techGroup", { n: this.count })];
    if (this.bad) words.push(t("techErrors", { n: this.bad }));
    this.summary.replaceChildren(icon(this.bad ? "alert" : "bolt"), words.join(" · "));
  }
}
