// Rooms: who is in each conference, and who hears whom.

import { $, h, hue, initial, s, say } from "./dom.js";
import { pick, t } from "./i18n.js";

const WIDTH = 320;

const states = (person) => ["muted", "hold", "coaching"].filter((name) => person[name]);
const wordsFor = (person) => states(person).map((name) => t(name)).join("、") || t("hearsAll");

function shorten(text) {
  if (/^[+\d]/.test(text)) return `…${text.slice(-4)}`;
  const first = text.split(/[，,·（(]/)[0].trim();
  return first.length > 12 ? `${first.slice(0, 11)}…` : first;
}

/** People around a table. A line is whole when somebody speaks and hears, dashed when not. */
function picture(room, people, name) {
  const pair = people.length < 3;
  const [cx, cy, rx, ry] = [WIDTH / 2, pair ? 38 : 88, 112, 50];
  const label = t("roomPicture", { name: room.friendly_name, n: people.length });
  const drawing = s("svg", { viewBox: `0 0 ${WIDTH} ${pair ? 108 : 210}`, class: "table", role: "img", "aria-label": label });
  const seats = people.map((person, at) => {
    const angle = Math.PI + (2 * Math.PI * at) / Math.max(2, people.length);
    return { person, x: cx + rx * Math.cos(angle), y: cy + ry * Math.sin(angle) };
  });
  for (const { person, x, y } of seats) {
    const kind = person.hold ? "held" : person.coaching ? "whisper" : person.muted ? "mute" : "open";
    drawing.append(s("line", { x1: cx, y1: cy, x2: x, y2: y, class: `tie ${kind}` }));
  }
  drawing.append(s("ellipse", { cx, cy, rx: 46, ry: 19, class: "table-top" }));
  for (const { person, x, y } of seats) {
    const who = name(person);
    const seat = s("g", { class: `seat hue-${hue(who)} ${states(person).join(" ")}`, transform: `translate(${x} ${y})` },
      s("circle", { r: 24 }),
      s("text", { class: "seat-letter", y: 7 }, initial(who)),
      s("text", { class: "seat-name", y: 45 }, shorten(who)));
    if (states(person).length) seat.append(s("text", { class: "seat-state", y: 63 }, wordsFor(person)));
    drawing.append(seat);
  }
  return drawing;
}

export class Rooms {
  #bench;
  #shown = "";

  constructor(bench) {
    this.#bench = bench;
    this.list = $("#room-list");
  }

  words() {
    this.#shown = "";
    this.update();
  }

  update() {
    const rooms = this.#bench.conferences.filter((room) => room.status !== "completed");
    const print = JSON.stringify(rooms);
    if (print === this.#shown) return;
    this.#shown = print;
    $("#no-rooms").hidden = rooms.length > 0;
    this.list.replaceChildren(...rooms.map((room) => this.#room(room)));
  }

  #name(person) {
    const call = this.#bench.calls.get(person.call_sid);
    return call ? this.#bench.nameOf(call.phone) : pick(person.label);
  }

  #room(room) {
    const people = room.participants ?? [];
    const name = (person) => this.#name(person);
    const lines = people.map((person) =>
      h("li", { class: states(person).join(" ") }, t("personState", { name: name(person), state: wordsFor(person) })));
    const title = h("h3", {});
    say(title, room.friendly_name);
    return h("li", { class: "room" },
      h("div", { class: "room-head" }, title, h("span", {}, t("roomPeople", { n: people.length }))),
      picture(room, people, name),
      h("ul", { class: "room-people" }, ...lines));
  }
}
