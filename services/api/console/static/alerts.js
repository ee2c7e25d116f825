// The list of cases: what happens comes in without a reload, keys and buttons act on the chosen row.
import { ask, t, toast } from "./console.js";
import { opened, part, replaced, skew } from "./cases.js";
import { ring } from "./sound.js";
import { trends } from "./trends.js";

const TOGETHER_MS = 250;
const MOST_SINGLE = 12;
const MOST_PAST = 40;
const title = document.title;
const rows = () => document.getElementById("rows");
const cases = () => [...document.querySelectorAll("#rows > tr.case")];
const chosen = () => document.querySelector("#rows > tr.chosen");
const row = (id) => document.getElementById(`alert-${id}`);

// --- what is chosen ---------------------------------------------------------------------------------

function choose(one, { seen = true } = {}) {
  for (const other of document.querySelectorAll("#rows > tr.chosen")) {
    other.classList.remove("chosen");
    other.removeAttribute("aria-selected");
  }
  one?.classList.add("chosen");
  one?.setAttribute("aria-selected", "true");
  if (one && seen) one.scrollIntoView({ block: "nearest" });
  if (one && seen) one.querySelector("a.open").focus({ preventScroll: true });
  offer();
}

function offer() {
  const one = chosen();
  const shown = document.getElementById("chosen-name");
  if (!shown) return;
  if (one) {
    const d = one.dataset;
    shown.textContent = `#${d.id} ${d.kindName}${d.plantName ? ` · ${d.plantName}` : ""}${d.subject ? ` · ${d.subject}` : ""}`;
  }
  for (const button of document.querySelectorAll("#toolbar [data-do]")) button.disabled = !one || !may(button.dataset.do, one);
  const ticked = picked().length;
  const bulk = document.getElementById("bulk");
  bulk.hidden = ticked === 0;
  document.getElementById("bulk-count").textContent = `(${ticked})`;
}

function may(what, one) {
  const { state, plant, kind } = one.dataset;
  if (what === "acknowledge") return state === "open";
  if (what === "judge") return kind !== "supervision" && ["open", "acknowledged", "resolved"].includes(state);
  if (what === "order") return plant !== "" && kind !== "supervision";
  return true;
}

function move(by) {
  const all = cases();
  if (!all.length) return;
  const at = all.indexOf(chosen());
  choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

// --- acts -------------------------------------------------------------------------------------------

function act(what) {
  if (what === "acknowledge" && picked().length) return void bulk();
  const one = chosen();
  if (!one || !may(what, one)) return;
  if (what === "open") one.querySelector("a.open").click();
  else if (what === "acknowledge") one.querySelector("button[data-act]")?.click();
  else opened(what, one);
}

const picked = () => [...document.querySelectorAll('#rows input[name="pick"]:checked')];

async function bulk() {
  const button = document.getElementById("bulk");
  const numbers = picked().map((one) => Number(one.value));
  if (!numbers.length || button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    const { done, refused } = await ask("POST", "/api/v1/alerts/acknowledge", { body: { alerts: numbers }, key });
    toast(t(`已签收 ${done.length} 条`, `${done.length} acknowledged`));
    for (const one of refused) toast(`#${one.alert} ${t(one.zh, one.en)}`, true);
    for (const number of numbers) changed(number);
  } catch (error) {
    toast(error.message, true);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

// --- what comes in ----------------------------------------------------------------------------------

const waiting = new Map(); // case number: the last event of it, or null where we acted ourselves
let timer = 0;
let fresh = []; // words for what arrived, not said yet
let unseen = 0;

function changed(number, event = null) {
  waiting.set(number, event ?? waiting.get(number) ?? null);
  timer ||= setTimeout(together, TOGETHER_MS);
}

async function together() {
  const some = [...waiting];
  waiting.clear();
  try {
    if (some.length > MOST_SINGLE) await again(some.map(([, event]) => event).filter(Boolean));
    else {
      for (const [number, event] of some) await one(number, event);
      await counts();
    }
    offer();
    said();
  } catch {
    // The network is away; the feed says so, and what was missed is read when it is back.
    for (const [number, event] of some) if (!waiting.has(number)) waiting.set(number, event);
  } finally {
    timer = waiting.size ? setTimeout(together, 3000) : 0;
  }
}

async function one(number, event) {
  const shown = row(number);
  const asked = new URLSearchParams(location.search);
  asked.delete("cursor");
  if (shown) asked.set("shown", "true");
  const found = (await part(`/console/alerts/rows/${number}?${asked}`))?.querySelector("tr");
  if (!found) return void shown?.remove();
  const again = !shown || (shown.classList.contains("past") && !found.classList.contains("past"));
  place(document.adoptNode(found), shown);
  if (again && event && arrives(event)) came(event);
}

/** In the order of the list; what is chosen and where one has scrolled to stay. */
function place(found, shown) {
  const number = found.dataset.id;
  if (shown) {
    const ticked = shown.querySelector('input[name="pick"]')?.checked;
    found.classList.toggle("chosen", shown.classList.contains("chosen"));
    const focused = shown.contains(document.activeElement);
    // The picture stays until there is a newer one.
    found.querySelector(".spark")?.replaceChildren(...(shown.querySelector(".spark")?.childNodes ?? []));
    shown.replaceWith(found);
    const pick = found.querySelector('input[name="pick"]');
    if (pick && ticked) pick.checked = true;
    if (focused) found.querySelector("a.open").focus({ preventScroll: true });
  } else {
    if (!rows().closest("div.scroll")) return void again([]); // the list was empty: it has its head by reading it
    const after = cases().find((other) => behind(other, found));
    if (!after && document.getElementById("list").dataset.more) return; // on a later page
    if (after === cases()[0] && location.search.includes("cursor=")) return; // on an earlier one
    found.classList.add("new");
    const top = after ?? null;
    const height = document.documentElement.scrollHeight;
    const above = top && top.getBoundingClientRect().top < 0;
    rows().insertBefore(found, top);
    if (above) window.scrollBy(0, document.documentElement.scrollHeight - height);
  }
  trends(row(number));
  prune();
}

const behind = (other, found) => {
  const a = Date.parse(other.dataset.since);
  const b = Date.parse(found.dataset.since);
  return a < b || (a === b && Number(other.dataset.id) < Number(found.dataset.id));
};

/** What does not fit any more stands until there is much of it. */
function prune() {
  const past = [...document.querySelectorAll("#rows > tr.past:not(.chosen)")];
  for (const one of past.slice(0, Math.max(past.length - MOST_PAST, 0))) one.remove();
}

async function again(events) {
  const known = new Set(cases().map(({ dataset }) => dataset.id));
  const at = chosen()?.dataset.id;
  const ticked = new Set(picked().map((one) => one.value));
  const page = await part(location.href);
  if (!page) return;
  replaced(page, "counts", "list");
  trends(rows());
  for (const one of cases()) {
    const pick = one.querySelector('input[name="pick"]');
    if (pick && ticked.has(pick.value)) pick.checked = true;
    if (!known.has(one.dataset.id)) one.classList.add("new");
  }
  if (at && row(at)) choose(row(at), { seen: false });
  for (const event of events) if (!known.has(String(event.key)) && row(event.key) && arrives(event)) came(event);
}

async function counts() {
  const found = await part("/console/alerts/counts");
  if (found) replaced(found, "counts");
}

const arrives = (event) => ["opened", "reopened", "raised"].includes(event.what);

function came(event) {
  fresh.push(event);
  unseen += 1;
  document.title = `(${unseen}) ${title}`;
}

/** Once for what came together: a line that is read out, and a sound if it is wanted. */
function said() {
  if (!fresh.length) return;
  const some = fresh;
  fresh = [];
  const names = some.slice(0, 3).map((one) => {
    const plant = t(one.plant_name, one.plant_name_en || one.plant_name) || t("平台", "the platform");
    const strong = row(one.key)?.dataset.kindName ?? "";
    return `${plant}${one.subject ? ` ${one.subject}` : ""} ${strong}`.trim();
  });
  const more = some.length > 3 ? t(" 等", " and others") : "";
  document.getElementById("arrivals").textContent = t(
    `${some.length} 条新告警：${names.join("；")}${more}`,
    `${some.length} new: ${names.join("; ")}${more}`,
  );
  ring(some.some((one) => one.severity === "red"));
}

function seen() {
  if (!unseen || document.hidden) return;
  unseen = 0;
  document.title = title;
}

// --- time goes on -----------------------------------------------------------------------------------

function lasting(ms) {
  const minutes = Math.max(Math.floor(ms / 60e3), 0);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const parts = [[days, t("天", "d")], [hours, t("小时", "h")], [rest, t("分", "min")]];
  const first = parts.findIndex(([n]) => n);
  if (first < 0) return t("不到 1 分", "under 1 min");
  return parts.slice(first, first + 2).filter(([n]) => n).map(([n, unit]) => `${n} ${unit}`).join(" ");
}

setInterval(() => {
  for (const one of cases()) {
    if (one.dataset.until) continue;
    const shown = one.querySelector(".lasts");
    if (shown) shown.textContent = lasting(Date.now() + skew() - Date.parse(one.dataset.since)) + t("，持续中", ", goes on");
  }
}, 30e3);

// --- what is heard ----------------------------------------------------------------------------------

document.addEventListener("qk:feed", ({ detail }) => {
  if (detail.about === "alert") changed(detail.key, detail);
});
document.addEventListener("qk:reset", () => again([]).then(offer, () => {}));
document.addEventListener("qk:done", ({ target, detail }) => {
  const number = detail?.alert ?? Number(target.dataset?.act?.match(/\/alerts\/(\d+)\//)?.[1]);
  if (number) changed(number);
  // What a silence keeps quiet is told by no event.
  else if (target.dataset?.act?.endsWith("/silences")) again([]).then(offer, () => {});
});

document.addEventListener("click", ({ target }) => {
  seen();
  const one = target.closest("#rows > tr.case");
  const button = target.closest("button");
  if (one && !target.closest("a, button, input, abbr")) choose(one, { seen: false });
  else if (button?.dataset.do) act(button.dataset.do);
  else if (button?.id === "bulk") bulk();
});
document.addEventListener("focusin", ({ target }) => {
  const one = target.closest("#rows > tr.case");
  if (one && one !== chosen()) choose(one, { seen: false });
});
document.addEventListener("change", ({ target }) => {
  if (target.id === "pick-all") for (const one of document.querySelectorAll('#rows input[name="pick"]')) one.checked = target.checked;
  if (target.id === "pick-all" || target.name === "pick") offer();
});
document.addEventListener("visibilitychange", seen);
trends(rows());

document.addEventListener("keydown", (event) => {
  seen();
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
  const keys = {
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    a: () => act("acknowledge"), s: () => act("silence"), d: () => act("judge"), o: () => act("order"),
    x: () => chosen()?.querySelector('input[name="pick"]')?.click(),
    "/": () => {
      const box = document.querySelector(".filter-box");
      box.open = true;
      box.querySelector("select").focus();
    },
    "?": () => document.getElementById("d-keys").showModal(),
  };
  // Enter on a link or button does what it does by itself.
  if (event.key === "Enter" && !event.target.closest("a, button, summary, input")) keys.Enter = () => act("open");
  const known = keys[event.key];
  if (!known) return;
  event.preventDefault();
  known();
});
