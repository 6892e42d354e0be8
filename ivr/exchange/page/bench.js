// What the page knows of the exchange: calls, phones, rooms, and every entry of every transcript.

import { number } from "./format.js";
import { pick, t } from "./i18n.js";

const OVER = new Set(["completed", "busy", "failed", "no-answer", "canceled"]);
const ENTRIES_PER_CALL = 1500;
const CHANGES_MS = 40;

export const isOver = (call) => Boolean(call.ended_at) || OVER.has(call.status);
export const isTalking = (call) => !isOver(call) && call.status === "in-progress";

/** True while this handset rings because somebody calls it (and not while it waits for an answer). */
export const isCalled = (call) => call.direction !== "inbound" && call.status === "ringing";

/** True while this handset calls the hotline and nobody has answered. */
export const isCalling = (call) =>
  call.direction === "inbound" && !isOver(call) && !isTalking(call);

const isAgentEndpoint = (phone) => /^(client|sip):/.test(phone ?? "");
export const isWithheld = (phone) => !phone || phone === "anonymous" || phone === "+266696687";

/** The model. `change` tells that something differs; `entry` brings one entry at a time. */
export class Bench extends EventTarget {
  calls = new Map();
  entries = new Map();
  callers = [];
  numbers = [];
  agents = [];
  conferences = [];
  rules = [];
  lacks = [];
  line = "connecting";
  inHand = null;
  #clock = { at: Date.now(), read: performance.now(), speed: 1 };
  #labels = new Map(); // also of phones that have been switched off
  #pending = false;
  #stoppedAt = Date.now();

  get speed() {
    return this.#clock.speed;
  }

  /** Practice time now, in ms. Between two states it runs on by itself at the exchange's speed. */
  now() {
    if (this.line === "lost") return this.#stoppedAt;
    return this.#clock.at + (performance.now() - this.#clock.read) * this.#clock.speed;
  }

  takeState(state) {
    this.#clock = {
      at: Date.parse(state.clock.now), read: performance.now(), speed: state.clock.speed,
    };
    this.numbers = state.numbers ?? [];
    this.callers = state.callers ?? [];
    this.agents = state.agents ?? [];
    for (const agent of this.agents) this.#labels.set(agent.endpoint, agent.label);
    for (const caller of this.callers) this.#labels.set(caller.number, caller.label);
    this.conferences = state.conferences ?? [];
    this.rules = state.misbehaviour ?? [];
    this.lacks = state.lacks ?? [];
    this.#takeCalls(state.calls ?? [], state.clock.now);
    this.changed();
  }

  /** The answer to dialling; what happened on the call may have been told before it. */
  takeCall(call) {
    if (!this.calls.has(call.sid)) this.calls.set(call.sid, call);
    for (const entry of this.transcript(call.sid)) this.#moveOn(entry);
    this.changed();
  }

  /** The exchange tells of every call that goes on: one it no longer tells of is over. */
  #takeCalls(calls, now) {
    const told = new Set(calls.map((call) => call.sid));
    for (const call of this.calls.values()) {
      const isOld = call.started_at < now && !told.has(call.sid);
      if (isOld && !isOver(call)) this.calls.set(call.sid, { ...call, status: "completed", ended_at: now });
    }
    for (const call of calls) this.calls.set(call.sid, call);
  }

  takeEntry(entry) {
    const known = this.entries.get(entry.call_sid) ?? [];
    this.entries.set(entry.call_sid, known);
    const at = known.findLastIndex((other) => other.id === entry.id);
    if (at >= 0) known[at] = entry;
    else known.push(entry);
    if (known.length > ENTRIES_PER_CALL) known.splice(0, known.length - ENTRIES_PER_CALL);
    this.#moveOn(entry);
    this.dispatchEvent(new CustomEvent("entry", { detail: { entry, again: at >= 0 } }));
    this.changed();
  }

  /** Entries come before the next state; nobody should have to wait for it to answer a phone. */
  #moveOn({ call_sid: sid, kind, at, text, detail }) {
    const call = this.calls.get(sid);
    if (!call || isOver(call)) return;
    const move = (change) => this.calls.set(sid, { ...call, ...change });
    if (kind === "ringing" && call.status === "queued") move({ status: "ringing" });
    if (kind === "answered" && !isTalking(call)) move({ status: "in-progress", answered_at: at });
    if (kind === "ended") move({ status: detail?.status ?? "completed", ended_at: at, end_reason: text, collecting: null });
  }

  /** The exchange was started anew: nothing we knew is true any more. */
  reset() {
    this.calls.clear();
    this.entries.clear();
    this.dispatchEvent(new Event("reset"));
    this.changed();
  }

  setLine(line) {
    if (this.line === line) return;
    this.#stoppedAt = this.now(); // what we do not hear of, we do not make up
    this.line = line;
    this.changed();
  }

  takeInHand(key) {
    if (this.inHand === key) return;
    this.inHand = key;
    this.dispatchEvent(new Event("hand"));
  }

  /** Tells everybody, a few times a second at most, however many things came in. */
  changed() {
    if (this.#pending) return;
    this.#pending = true;
    setTimeout(() => {
      this.#pending = false;
      this.dispatchEvent(new Event("change"));
    }, CHANGES_MS);
  }

  transcript(sid) {
    return this.entries.get(sid) ?? [];
  }

  /** Which handset a call is on. Withheld numbers have nothing in common, so each is its own. */
  keyOf(call) {
    return isWithheld(call.phone) ? `call:${call.sid}` : call.phone;
  }

  labelOf(endpoint) {
    return this.#labels.get(endpoint) ?? null;
  }

  isAgent(key) {
    return isAgentEndpoint(key) || this.agents.some((agent) => agent.endpoint === key);
  }

  /** The calls of one handset, the newest first, with those still going before those that are over. */
  callsOf(key) {
    return [...this.calls.values()]
      .filter((call) => this.keyOf(call) === key)
      .sort((a, b) => isOver(a) - isOver(b) || (a.started_at < b.started_at ? 1 : -1));
  }

  /** Who a number or an endpoint is, in words. */
  nameOf(phone) {
    if (isWithheld(phone) || phone?.startsWith("call:")) return t("withheld");
    const name = pick(this.#labels.get(phone));
    return name && name !== phone ? name : number(phone);
  }

  /** Whose words an entry "heard" brings. */
  speakerOf(entry) {
    const call = this.calls.get(entry.detail?.from_call_sid);
    return call ? this.nameOf(call.phone) : pick(entry.detail?.from_label);
  }

  roomOf(call) {
    return this.conferences.find(
      (room) =>
        room.status !== "completed" &&
        (room.participants ?? []).some((person) => person.call_sid === call.sid),
    );
  }
}
