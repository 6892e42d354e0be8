// A phone that rings must be noticed: in the title, at the foot of the page, and by its sound.

import { $, h, icon } from "./dom.js";
import { t } from "./i18n.js";

const FLASH_MS = 1000;
const RING_MS = 4000;

export class Ringing {
  #bench;
  #phones;
  #tools;
  #flash = false;
  #announced = new Set();
  #shown = "";
  #visible = new Set();

  /** `phones()` gives all handsets; `announce(words)` tells screen readers. */
  constructor(bench, tools, phones, announce) {
    this.#bench = bench;
    this.#tools = tools;
    this.#phones = phones;
    this.announce = announce;
    this.banner = $("#ringing");
    this.watcher = new IntersectionObserver((seen) => this.#see(seen), { threshold: 0.35 });
    setInterval(() => this.#title(), FLASH_MS);
    setInterval(() => this.#sound(), RING_MS);
  }

  get ringing() {
    return this.#phones().filter((phone) => phone.isRinging);
  }

  #see(seen) {
    for (const one of seen) {
      if (one.isIntersecting) this.#visible.add(one.target);
      else this.#visible.delete(one.target);
    }
    this.update();
  }

  words() {
    this.#shown = "";
    this.update();
  }

  update() {
    const { ringing } = this;
    for (const phone of this.#phones()) this.watcher.observe(phone.el);
    for (const phone of ringing) {
      if (this.#announced.has(phone.call.sid)) continue;
      this.#announced.add(phone.call.sid);
      this.announce(t("ringsFor", { name: this.#bench.nameOf(phone.key) }));
      this.#sound();
      this.#flash = false;
      this.#title();
    }
    this.#showBanner(ringing.filter((phone) => !this.#visible.has(phone.el)));
    if (!ringing.length) this.#title();
  }

  /** Only for phones that are out of sight; the others show it themselves. */
  #showBanner(hidden) {
    const print = hidden.map((phone) => phone.call.sid).join();
    if (print === this.#shown) return;
    this.#shown = print;
    this.banner.hidden = hidden.length === 0;
    this.banner.replaceChildren(...hidden.slice(0, 2).map((phone) => this.#line(phone)));
  }

  #line(phone) {
    const name = this.#bench.nameOf(phone.key);
    const go = () => {
      phone.el.scrollIntoView({ block: "center" });
      (phone.buttons.answer.el.hidden ? phone.el : phone.buttons.answer.el).focus({ preventScroll: true });
    };
    return h("div", { class: "ring-line" }, icon("bell"), h("span", {}, t("ringsFor", { name })),
      h("button", { type: "button", class: "action go", onclick: () => phone.command("answer") }, icon("call"), h("span", {}, t("answer"))),
      h("button", { type: "button", class: "plain", onclick: go }, t("goThere")));
  }

  #title() {
    const [phone] = this.ringing;
    // Without motion the title changes once, and not every second.
    this.#flash = phone ? this.#tools.calm() || !this.#flash : false;
    const words = phone ? `☎ ${t("ringsFor", { name: this.#bench.nameOf(phone.key) })}` : "";
    const title = this.#flash ? words : t("title");
    if (document.title !== title) document.title = title;
  }

  #sound() {
    if (this.ringing.length) this.#tools.tones.ring();
    const held = this.#phones().find((phone) => phone.key === this.#bench.inHand);
    if (held?.display.el.dataset.doing === "calling") this.#tools.tones.ringback();
  }
}
