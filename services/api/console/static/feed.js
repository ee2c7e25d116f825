// One live feed for all tabs of a browser: whoever leads holds the connection, the others hear it from
// him over a channel. Each event is dispatched once on `document` as `qk:feed` (its detail: the
// FeedEvent); `qk:reset` when what was heard is not enough and lists must be read again.
//
// Nothing is missed: each tab knows the number that it has come to, first the one its page was made at.
// A new leader begins at his own; whoever comes later says his, and gets what lies behind it. Nothing
// comes twice: numbers rise, and what is not above one's own is not told.
//
// Who leads: by a Web Lock, that a browser hands on when a tab ends however it ends. Where there are no
// locks (no https): whoever says so first, the lower name of two. A leader from whom nothing is heard
// though he was asked (a tab that hangs or that the browser has frozen, lock in hand) is replaced: the
// lock is taken from him, and he steps down when he wakes.
//
// Whether the connection lives: the server says something at least so often (a heartbeat where nothing
// happens). A computer that slept, or a router that forgot the connection, breaks it without a word: who
// hears nothing for three heartbeats closes it, says so, and connects again from where he was.
const BEAT_MS = 5000;
const PATIENCE_MS = 12000;
const ANSWER_MS = 3000;
const ASLEEP_MS = 45000;
const CHECK_MS = 10000;
const HELD = 500;

const me = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const HEARTBEAT_MS = (Number(meta("feed-heartbeat")) || 15) * 1000;
const SILENT_MS = 3 * HEARTBEAT_MS;

let channel = null; // to the other tabs
let name = ""; // of channel and lock: of this session alone, whoever signs in next has another one
let last = null; // the number that this tab has come to
let lead = null; // what a leader has; null: another one leads
let leader = null; // who leads, as far as one knows
let signed = 0; // when the leader was last heard
let asked = 0; // when it was asked whether he is there; 0: it was not
let ended = false;

/** Begin to hear; harmless when begun already. */
export function listen() {
  if (name) return;
  const csrf = meta("csrf");
  if (!csrf || !window.EventSource) return;
  name = `qingkong-feed-${csrf.slice(0, 24)}`;
  last = Number(meta("feed-head")) || null;
  begin();
  setInterval(watch, BEAT_MS);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  window.addEventListener("online", wake);
  window.addEventListener("pagehide", () => { step(); channel?.close(); channel = null; });
  window.addEventListener("pageshow", ({ persisted }) => persisted && !ended && begin());
  document.addEventListener("qk:done", ({ target }) => {
    if (target.dataset?.act?.startsWith("DELETE /api/v1/session")) out();
  });
}

function begin() {
  if (window.BroadcastChannel) {
    channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => heard(data);
  }
  signed = performance.now();
  if (!channel) follow();
  else if (navigator.locks) {
    say({ type: "asks", from: me, last });
    hold({});
  } else elect();
}

// --- who leads ---------------------------------------------------------------------------------

function hold(how) {
  navigator.locks
    .request(name, how, () => (ended || !channel ? null : new Promise((free) => follow(free))))
    .catch(() => { // it was taken from here: somebody thought this tab dead
      step();
      say({ type: "asks", from: me, last });
      if (!ended && channel) setTimeout(() => hold({}), 1000);
    });
}

/** Without locks: lead, unless somebody says that he does. */
function elect() {
  say({ type: "asks", from: me, last });
  setTimeout(() => ended || lead || leader || follow(), 300 + Math.random() * 500);
}

function follow(free) {
  if (lead) return void free?.();
  // What lies behind `start` is held, or was never told.
  lead = { free, source: null, heard: 0, start: last, held: [], waits: 1000, timer: 0 };
  leader = me;
  open();
}

/** Lead no more. */
function step() {
  if (!lead) return;
  const { source, free, timer } = lead;
  lead = null;
  leader = null;
  signed = performance.now();
  clearTimeout(timer);
  source?.close();
  say({ type: "bye", from: me });
  free?.();
}

let ticked = performance.now();

function watch() {
  if (ended || !(channel || lead)) return;
  const now = performance.now();
  const slept = now - ticked > ASLEEP_MS;
  ticked = now;
  if (lead) {
    if (slept && !document.hidden) reopen();
    else if (silent(SILENT_MS)) again(lead);
    return here();
  }
  if (now - signed < PATIENCE_MS) return void (asked = 0);
  if (!asked || slept) {
    asked = now;
    say({ type: "asks", from: me, last });
  } else if (now - asked > ANSWER_MS) {
    asked = 0;
    signed = now;
    leader = null;
    if (navigator.locks) hold({ steal: true });
    else elect();
  }
}

/** Back from sleep or from no network: hear what was missed now, not with the next beat. */
function wake() {
  if (ended || !(channel || lead)) return;
  if (lead) return lead.source?.readyState === EventSource.OPEN && !silent(HEARTBEAT_MS + BEAT_MS) ? here() : reopen();
  say({ type: "asks", from: me, last });
  asked = performance.now();
  signed = Math.min(signed, asked - PATIENCE_MS);
  setTimeout(watch, ANSWER_MS + 100);
}

// --- the connection of who leads -----------------------------------------------------------------

function open() {
  const mine = lead;
  const source = new EventSource(`/api/v1/feed${last ? `?last=${last}` : ""}`);
  mine.source = source;
  mine.heard = performance.now();
  const hear = (about, then) =>
    source.addEventListener(about, (event) => {
      if (lead !== mine || mine.source !== source) return;
      mine.heard = performance.now();
      then(event);
    });
  hear("open", () => { mine.waits = 1000; here(); });
  hear("heartbeat", () => {});
  for (const about of ["alert", "order"])
    hear(about, ({ data, lastEventId }) => told(Number(lastEventId), JSON.parse(data)));
  hear("reset", ({ lastEventId }) => {
    const to = Number(lastEventId);
    mine.held = [];
    mine.start = to;
    say({ type: "reset", from: me, to });
    reset(to);
  });
  // Not left to the browser: who may not listen any more, or is somebody else by now, must not go on.
  source.onerror = () => {
    source.close();
    if (lead === mine && mine.source === source) again(mine);
  };
}

/** Whether a connection that is open, or is to be, has said nothing for so long. */
function silent(ms) {
  const { source, heard } = lead;
  return source !== null && source.readyState !== EventSource.CLOSED && performance.now() - heard > ms;
}

function reopen() {
  clearTimeout(lead.timer);
  lead.source?.close();
  open();
  here();
}

/** What is broken is closed; again later and later, and not all browsers at once. */
function again(mine) {
  const broken = mine.source;
  broken?.close();
  here();
  mine.timer = setTimeout(async () => {
    const same = await check();
    if (lead !== mine || ended || mine.source !== broken) return;
    if (same) open();
    else again(mine);
  }, mine.waits * (0.5 + Math.random()));
  mine.waits = Math.min(mine.waits * 2, 20000);
}

/** Whether the server answers this session; whoever has none any more hears nothing more. */
async function check() {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), CHECK_MS); // the browser may ask by a connection as broken as the feed's
  try {
    const answer = await fetch("/api/v1/me", { headers: { Accept: "application/json" }, signal: late.signal });
    if (answer.status === 401 || (answer.ok && (await answer.json()).csrf !== meta("csrf"))) out();
    return answer.ok;
  } catch {
    return false; // the network is away
  } finally {
    clearTimeout(timer);
  }
}

function told(number, event) {
  const before = lead.held.at(-1)?.number ?? lead.start;
  const message = { type: "event", from: me, number, before, event };
  lead.held.push(message);
  if (lead.held.length > HELD) lead.start = lead.held.shift().number;
  say(message);
  take(message);
}

// --- what is said between tabs -------------------------------------------------------------------

function say(message) {
  channel?.postMessage(message);
}

function here() {
  const on = lead.source?.readyState === EventSource.OPEN;
  const upto = lead.held.at(-1)?.number ?? lead.start;
  say({ type: "here", from: me, on, upto });
  show(on ? "on" : "off");
}

function heard(message) {
  if (ended) return;
  if (message.type === "out") return void out(false);
  if (message.type === "asks") {
    if (lead) replay(message);
    return;
  }
  if (message.from === me) return;
  if (message.type === "bye") {
    if (leader === message.from) leader = null;
    if (!navigator.locks) elect();
    return;
  }
  // Two who lead without locks: the lower name stays. With locks the browser has decided.
  if (lead && !navigator.locks) {
    if (me < message.from) return here();
    step();
  }
  if (!lead) {
    leader = message.from;
    signed = performance.now();
    asked = 0;
  }
  if (message.type === "here") {
    if (!lead) show(message.on ? "on" : "off");
    if (last === null) last = message.upto;
  } else if (message.type === "reset") {
    if (!message.only || message.only === me) reset(message.to);
  }
  else take(message);
}

/** What lies behind the number that another tab has come to; too far back: it reads its lists again. */
function replay({ from, last: known }) {
  here();
  if (known === null) return;
  if (lead.start !== null && known < lead.start) say({ type: "reset", from: me, only: from, to: lead.start });
  for (const message of lead.held) if (message.number > known) say(message);
}

/** An event that is new here is told; one before which something was not heard: lists are read again. */
function take({ number, before, event }) {
  if (last !== null && number <= last) return;
  const gap = last !== null && before !== null && before > last;
  last = number;
  if (gap) document.dispatchEvent(new CustomEvent("qk:reset"));
  document.dispatchEvent(new CustomEvent("qk:feed", { detail: event }));
}

function reset(to) {
  if (to !== null && last !== null && to === last) return;
  last = to;
  document.dispatchEvent(new CustomEvent("qk:reset"));
}

/** Signed out: no tab of this session hears anything any more. */
function out(tell = true) {
  if (ended) return;
  if (tell) say({ type: "out" });
  ended = true;
  step();
  show("out");
}

function show(state) {
  const shown = document.getElementById("feed-state");
  if (!shown) return;
  const zh = document.documentElement.lang.startsWith("zh");
  const words = state === "out" ? (zh ? "已退出登录" : "Signed out") : shown.dataset[state];
  if (shown.className === `feed-state ${state}` && shown.textContent === words) return;
  shown.className = `feed-state ${state === "out" ? "off" : state}`;
  shown.textContent = words;
}
