// Small helpers to build elements. Everything that came over the line is set as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** Put attributes, properties (`.value`) and listeners (`onclick`) on an element, then its children. */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.startsWith(".")) element[name.slice(1)] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export const h = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);

export const s = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

export const $ = (selector, root = document) => root.querySelector(selector);

/** Write text only when it differs, so that selections and screen readers are left in peace. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function attr(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

const PATHS = {
  call: "M6.6 3.6 9 3l2 4.6-2 1.5a12 12 0 0 0 5.900 5.900l1.500-2L21 15l-.6 2.400A3.500 3.500 0 0 1 17 20C10 20 4 14 4 7a3.500 3.500 0 0 1 2.600-3.400z",
  hangup: "M3 15.500c-.8-2.300 0-4 2-5.200 4.200-2.500 9.800-2.500 14 0 2 1.200 2.800 2.900 2 5.200l-4.700-.7-.6-2.800a12 12 0 0 0-7.400 0l-.6 2.800z",
  lost: "M2.500 9a15 15 0 0 1 5-3M21.500 9a15 15 0 0 0-8-3.800M6 13a10 10 0 0 1 4-2.500M18 13a10 10 0 0 0-1.500-1.100M12 18.500h.01M4 3l16 18",
  close: "M6 6l12 12M18 6L6 18",
  key: "M5 5h2v2H5zM11 5h2v2h-2zM17 5h2v2h-2zM5 11h2v2H5zM11 11h2v2h-2zM17 11h2v2h-2zM11 17h2v2h-2z",
  music: "M9 18V6l10-2v12M9 18a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0zM19 16a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0z",
  quiet: "M5 12h.01M12 12h.01M19 12h.01",
  ear: "M8 20c2.500 1 4-.5 4.500-2.500S17 14 17 9.500A5.500 5.500 0 0 0 6 9M9.500 10a2 2 0 1 1 3.500 1.500c-.8.7-1.500 1-1.500 2.500",
  bell: "M6 16V11a6 6 0 1 1 12 0v5l1.500 2h-15zM10 20.500h4",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  alert: "M12 4 2.500 20h19zM12 10v4.500M12 17.500h.01",
  muted: "M9 9V6a3 3 0 0 1 6 0v5M6 11a6 6 0 0 0 9 5.200M12 17v4M4 4l16 16",
  pause: "M9 6v12M15 6v12",
  whisper: "M4 5h16v10H11l-4 4v-4H4z",
  room: "M12 4a8 5 0 1 1 0 16 8 5 0 0 1 0-16z",
  arrow: "M5 12h13M13 7l5 5-5 5",
  send: "M4 12 20 5l-5 15-3.500-6z",
};

/** A line drawing beside a word; it never carries meaning alone. */
export const icon = (name) =>
  s(
    "svg",
    { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" },
    s("path", { d: PATHS[name] }),
  );

/** A switch: a checkbox that looks like one. */
export function toggle(text, checked, onchange) {
  const box = h("input", { type: "checkbox", role: "switch", ".checked": checked });
  box.addEventListener("change", () => onchange(box.checked));
  const label = h("span", { class: "switch-text" }, text);
  return { el: h("label", { class: "switch" }, box, h("span", { class: "track" }), label), box, label };
}

/** A round badge with the first letter of somebody's name, in a quiet colour of their own. */
export function hue(text) {
  let sum = 0;
  for (const char of text) sum = (sum * 31 + char.codePointAt(0)) % 997;
  return sum % 6;
}

const FORMS_OF_ADDRESS = /^(?:[老小阿](?=\p{Script=Han})|(?:Mrs?|Ms|Miss|Dr)\.?\s+)/u;

export function initial(name) {
  const text = name.replace(FORMS_OF_ADDRESS, "");
  return (text.match(/\p{L}/u)?.[0] ?? "#").toUpperCase();
}

export const badge = (text) =>
  h("span", { class: `badge hue-${hue(text)}`, "aria-hidden": "true" }, initial(text));
