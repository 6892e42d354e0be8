// The agents' desk: asks once a second how things stand, and says when it cannot.

const WORDS = {
  zh: {
    title: "坐席台", sign_in: "签到", agent_no: "工号", code: "值班口令",
    practice_hint: "练习模式：只填工号就行，例如 1001。",
    segment: "客户", topic: "来意", number: "来电", waited: "进队至今",
    ready: "就绪", reason: "小休原因", not_ready: "小休", sign_out: "签退",
    break: "休息", meal: "用餐", training: "培训", paperwork: "文案", other: "其他",
    rona: "没有接听", declined: "拒接", unreachable: "话机不通", line_lost: "线路断了",
    state: {
      off_duty: "未签到", not_ready: "小休", ready: "等待来电",
      ringing: "来电振铃", on_call: "通话中", wrap_up: "话后整理",
    },
    advice: {
      not_ready: "准备好了就按“就绪”。", ready: "请把话机放在手边。",
      ringing: "请接听您的话机。", on_call: "慢慢说，轻声细语。", wrap_up: "整理好就按“就绪”。",
    },
    who: { elder: "长者", standard: "普通客户", unknown: "未登记" },
    withheld: "不显示号码", seconds: (s) => `${s} 秒`,
    lost: "连不上热线，正在重试。您的话机不受影响。",
  },
  en: {
    title: "Agent desk", sign_in: "Sign in", agent_no: "Agent number", code: "Duty code",
    practice_hint: "Practice: the agent number is enough, for instance 1001.",
    segment: "Caller", topic: "About", number: "Number", waited: "Since joining the line",
    ready: "Ready", reason: "Reason for the break", not_ready: "Break", sign_out: "Sign out",
    break: "Rest", meal: "Meal", training: "Training", paperwork: "Paperwork", other: "Other",
    rona: "did not answer", declined: "declined", unreachable: "phone out of reach",
    line_lost: "line lost",
    state: {
      off_duty: "Off duty", not_ready: "On a break", ready: "Ready",
      ringing: "Ringing", on_call: "On a call", wrap_up: "Wrapping up",
    },
    advice: {
      not_ready: "Press Ready when you are.", ready: "Keep your phone at hand.",
      ringing: "Please answer your phone.", on_call: "Slowly, softly, gently.",
      wrap_up: "Press Ready when your notes are done.",
    },
    who: { elder: "Elder", standard: "Standard", unknown: "Not on file" },
    withheld: "Withheld", seconds: (s) => `${s} s`,
    lost: "The hotline cannot be reached; trying again. Your phone is not affected.",
  },
};
const BUSY = new Set(["ringing", "on_call"]);
const TOPICS_EN = {
  policy: "policies", claim: "claims", payment: "payments",
  complaint: "complaint", surrender: "surrender", human: "a person",
};
const RING_S = 15;

const $ = (id) => document.getElementById(id);
let language = localStorage.getItem("language") === "en" ? "en" : "zh";
let view = null;
const t = () => WORDS[language];

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Desk": "1" },
    body: JSON.stringify(body),
  };
  const response = await fetch(`/desk/api/${path}`, options);
  if (response.ok) return response.json();
  const text = await response.text();
  let said = text;
  try { said = JSON.parse(text).error; } catch { /* it was plain text */ }
  throw Object.assign(new Error(said), { status: response.status });
}

function translate() {
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  document.title = t().title;
  for (const element of document.querySelectorAll("[data-t]")) {
    element.textContent = t()[element.dataset.t];
  }
  $("language").textContent = language === "en" ? "中文" : "English";
  $("language").lang = language === "en" ? "zh-CN" : "en";
  draw();
}

function draw() {
  $("sign-in").hidden = view !== null;
  $("desk").hidden = view === null;
  if (view === null) return;
  const reason = view.reason ? ` · ${t()[view.reason] ?? view.reason}` : "";
  $("who").textContent = `${view.agent_no} ${view.surname} · ${view.endpoint}`;
  $("state").textContent = t().state[view.state] + reason;
  $("since").textContent = t().seconds(view.in_state_s);
  $("advice").textContent = t().advice[view.state] ?? "";
  $("ready").disabled = !["not_ready", "wrap_up"].includes(view.state);
  $("not-ready").disabled = !["ready", "wrap_up"].includes(view.state);
  $("sign-out").disabled = BUSY.has(view.state);
  drawCall(view.call);
}

function drawCall(call) {
  $("call").hidden = call === null;
  if (call === null) return;
  $("call").classList.toggle("ringing", view.state === "ringing");
  $("call-title").textContent = t().state[view.state];
  $("segment").textContent = t().who[call.segment];
  $("topic").textContent = language === "en" ? TOPICS_EN[call.topic] : call.topic_zh;
  $("number").textContent = call.number ?? t().withheld;
  $("waited").textContent = t().seconds(call.waited_s);
  const rings = call.rings_until_s;
  $("ring").hidden = rings === null;
  if (rings !== null) {
    $("ring").max = RING_S;
    $("ring").value = Math.max(0, rings);
    $("ring").setAttribute("aria-label", t().seconds(Math.max(0, rings)));
  }
}

async function act(path, body = {}) {
  try {
    const found = await ask(path, body);
    view = path === "sign-out" ? null : found;
    $("trouble").textContent = "";
  } catch (error) {
    $("trouble").textContent = error.status ? error.message : t().lost;
  }
  draw();
}

async function look() {
  try {
    view = await ask("me");
    if ($("trouble").textContent === t().lost) $("trouble").textContent = "";
  } catch (error) {
    if (error.status === 401) view = null;
    else $("trouble").textContent = t().lost;
  }
  draw();
  setTimeout(look, 1000);
}

async function listAgents() {
  if (document.body.dataset.practice !== "true") return;
  for (const agent of await ask("practice/agents")) {
    const option = document.createElement("option");
    option.value = agent.agent_no;
    option.label = `${agent.surname} ${agent.centre}`;
    $("agents").append(option);
  }
}

$("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  act("sign-in", { agent_no: $("agent-no").value.trim(), code: $("code").value });
});
$("ready").addEventListener("click", () => act("ready"));
$("not-ready").addEventListener("click", () => act("not-ready", { reason: $("reason").value }));
$("sign-out").addEventListener("click", () => act("sign-out"));
$("language").addEventListener("click", () => {
  language = language === "en" ? "zh" : "en";
  localStorage.setItem("language", language);
  translate();
});
document.addEventListener("keydown", (event) => {
  const typing = ["INPUT", "SELECT"].includes(event.target.tagName);
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "r" && !$("ready").disabled) $("ready").click();
  if (event.key === "b" && !$("not-ready").disabled) $("not-ready").click();
});

translate();
listAgents().catch(() => {});
look();
