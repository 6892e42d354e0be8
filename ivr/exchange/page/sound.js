// What the bench sounds like: key tones, ringing, and a voice that reads what callers hear.

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = ["123", "456", "789", "*0#"];
const KEY_TONE_S = 0.16;
const LOUDNESS = 0.06;
const RINGBACK_HZ = 450; // the tone of Chinese exchanges: one second on, four seconds off

/** Key tones (ITU-T Q.23) and ringing, made on the spot. Silent until the first click, as browsers ask. */
export class Tones {
  on = true;
  #context = null;

  #play(frequencies, seconds, loudness = LOUDNESS, delay = 0) {
    if (!this.on || !navigator.userActivation?.hasBeenActive) return;
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") this.#context.resume();
    const start = this.#context.currentTime + delay;
    const gain = this.#context.createGain();
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loudness, start + 0.01);
    gain.gain.setValueAtTime(loudness, start + seconds - 0.02);
    gain.gain.linearRampToValueAtTime(0, start + seconds);
    gain.connect(this.#context.destination);
    for (const frequency of frequencies) {
      const tone = this.#context.createOscillator();
      tone.frequency.value = frequency;
      tone.connect(gain);
      tone.start(start);
      tone.stop(start + seconds);
    }
  }

  key(digit) {
    const row = KEYS.findIndex((keys) => keys.includes(digit));
    if (row >= 0) this.#play([ROWS[row], COLUMNS[KEYS[row].indexOf(digit)]], KEY_TONE_S);
  }

  /** An agent's phone: two soft notes. */
  ring() {
    this.#play([659], 0.22, LOUDNESS * 0.7);
    this.#play([523], 0.34, LOUDNESS * 0.7, 0.24);
  }

  /** What a caller hears while the other side rings. */
  ringback() {
    this.#play([RINGBACK_HZ], 1, LOUDNESS * 0.5);
  }
}

/** Reads aloud with the browser's own voice; only the newest sentence, and silent when told. */
export class Voice {
  on = false;
  available = "speechSynthesis" in window;

  #chinese() {
    const voices = speechSynthesis.getVoices().filter((voice) => /^(zh|cmn)/i.test(voice.lang));
    return voices.find((voice) => /CN|Hans/i.test(voice.lang)) ?? voices[0] ?? null;
  }

  /** *speed* is the clock's: past twice life a voice could not keep up, so it stays silent. */
  read(text, speed) {
    if (!this.on || !this.available || speed > 2 || !text) return;
    speechSynthesis.cancel();
    const words = new SpeechSynthesisUtterance(text);
    words.lang = "zh-CN";
    words.voice = this.#chinese();
    words.rate = speed;
    speechSynthesis.speak(words);
  }

  hush() {
    if (this.available) speechSynthesis.cancel();
  }
}
