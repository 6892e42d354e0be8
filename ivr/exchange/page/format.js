// Numbers and times as people read them.

/** An E.164 number the way it is written in China; anything else as it is. */
export function number(text) {
  const inland = /^\+86(\d+)$/.exec(text ?? "")?.[1];
  if (!inland) return (text ?? "").replace(/^(client|sip):/, "");
  const mobile = /^(1[3-9]\d)(\d{4})(\d{4})$/.exec(inland);
  if (mobile) return mobile.slice(1).join(" ");
  const line = /^(10|2\d)(\d{4})(\d{4})$/.exec(inland) ?? /^([3-9]\d\d)(\d{3,4})(\d{4})$/.exec(inland);
  return line ? `0${line.slice(1).join(" ")}` : inland;
}

/** What somebody typed as a number, in E.164; null when it cannot be one. */
export function e164(typed) {
  const text = typed.replace(/[\s\-–—().()]/g, "");
  if (/^(client|sip):./.test(text)) return text;
  if (/^\+\d{5,15}$/.test(text)) return text;
  if (/^00[1-9]\d{4,14}$/.test(text)) return `+${text.slice(2)}`;
  if (/^0\d{9,11}$/.test(text)) return `+86${text.slice(1)}`;
  if (/^1[3-9]\d{9}$/.test(text)) return `+86${text}`;
  return null;
}

/** Seconds as 3:07 or 1:02:07. */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part, at) => (at ? String(part).padStart(2, "0") : part)).join(":");
}

const BEIJING = { timeZone: "Asia/Shanghai", hour12: false };
const CLOCK = new Intl.DateTimeFormat("zh-CN", {
  ...BEIJING, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const days = new Map();

/** An instant (ms) as Beijing time, which is the hotline's, whatever this computer is set to. */
export const clock = (ms) => CLOCK.format(ms);

export function day(ms, lang) {
  if (!days.has(lang)) {
    days.set(lang, new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", {
      ...BEIJING, month: lang === "zh" ? "long" : "short", day: "numeric", weekday: "short",
    }));
  }
  return days.get(lang).format(ms);
}
