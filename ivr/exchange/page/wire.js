// The line to the exchange: commands, and the stream of what happens.

/** What the exchange refused, in its own words for both languages. */
export class Refused extends Error {
  constructor(status, words) {
    super(words.en);
    this.status = status;
    this.words = words;
  }
}

const UNREACHABLE = { zh: "练习交换台没有回应。", en: "The practice exchange does not answer." };

/** One request to the exchange; the answer as JSON. */
export async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(`/practice${path}`, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
    });
  } catch {
    throw new Refused(0, UNREACHABLE);
  }
  const text = await answer.text();
  let json = null;
  try {
    json = text ? JSON.parse(text) : null;
  } catch {
    // Not JSON: judged by the status below.
  }
  if (!answer.ok) {
    const status = `${answer.status}`;
    throw new Refused(answer.status, json?.error ?? { zh: `交换台回答 ${status}。`, en: `The exchange answered ${status}.` });
  }
  return json;
}

const entriesOf = (answer) => (Array.isArray(answer) ? answer : (answer?.entries ?? []));

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5000;
const POLL_MS = 1000;
const BURST_MS = 60;
const POLLS_BEFORE_STREAM = 15;

/**
 * Follows the exchange for as long as the page is open.
 *
 * Server-sent events are read with fetch and not with EventSource, because EventSource gives up for
 * good on an answer that is not a stream and cannot be told where it had got to when it is made anew.
 *
 * Calls: `onState(state)`, `onEntry(entry)`, `onReset()` (the exchange has started afresh),
 * `onLine("live" | "polling" | "lost")`.
 */
export class Line {
  #on;
  #lastId = 0;
  #lastAt = null;
  #asking = null;

  constructor(on) {
    this.#on = on;
  }

  async follow() {
    let retry = FIRST_RETRY_MS;
    let refused = 0;
    for (;;) {
      try {
        await this.#catchUp();
        retry = FIRST_RETRY_MS;
        if (refused >= 2) {
          await this.#poll();
          refused = 1; // one more chance for the stream
        } else if (await this.#stream()) {
          throw new Error("the stream has ended");
        } else {
          refused += 1;
        }
      } catch {
        this.#on.onLine("lost");
        await new Promise((done) => setTimeout(done, retry));
        retry = Math.min(retry * 2, LONGEST_RETRY_MS);
      }
    }
  }

  /** State and everything missed; notices when the exchange was restarted and counts from 1 again. */
  async #catchUp() {
    const since = Math.max(0, this.#lastId - 1);
    const [state, answer] = await Promise.all([
      ask("GET", "/state"),
      ask("GET", `/transcript?since=${since}`),
    ]);
    let entries = entriesOf(answer);
    const same = entries.find((entry) => entry.id === this.#lastId);
    if (this.#lastId && same?.at !== this.#lastAt) {
      this.#lastId = 0;
      this.#on.onReset();
      entries = entriesOf(await ask("GET", "/transcript?since=0"));
    }
    this.#on.onState(state);
    for (const entry of entries) this.#take(entry);
  }

  #take(entry) {
    if (entry.id >= this.#lastId) {
      this.#lastId = entry.id;
      this.#lastAt = entry.at;
    }
    this.#on.onEntry(entry);
  }

  /** Reads events until the stream ends. False when the exchange gave no stream at all. */
  async #stream() {
    const answer = await fetch("/practice/events", {
      headers: { Accept: "text/event-stream", "Last-Event-ID": String(this.#lastId) },
      cache: "no-store",
    });
    if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("text/event-stream")) return false;
    this.#on.onLine("live");
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return true;
      const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) this.#event(block);
    }
  }

  #event(block) {
    let name = "message";
    const data = [];
    for (const line of block.split("\n")) {
      if (line.startsWith("event:")) name = line.slice(6).trim();
      else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
    }
    if (!data.length) return;
    const content = JSON.parse(data.join("\n"));
    if (name === "entry") this.#take(content);
    else if (name === "state" && content.calls) this.#on.onState(content);
    else if (name === "state") this.#askState();
  }

  /** The stream may only say that something changed. Asked once for a burst of such news. */
  #askState() {
    this.#asking ??= setTimeout(async () => {
      this.#asking = null;
      try {
        this.#on.onState(await ask("GET", "/state"));
      } catch {
        // The stream will notice that the exchange is gone.
      }
    }, BURST_MS);
  }

  /** For a while, asks once a second: some networks let no stream through. */
  async #poll() {
    this.#on.onLine("polling");
    for (let n = 0; n < POLLS_BEFORE_STREAM; n += 1) {
      await new Promise((done) => setTimeout(done, POLL_MS));
      await this.#catchUp();
    }
  }
}
