// What every page does: acts by the API, small notes, the menu. A page's own script is its own module.
import { listen } from "./feed.js";

const zh = document.documentElement.lang.startsWith("zh");
export const t = (chinese, english) => (zh ? chinese : english);
export const language = zh ? "zh-CN" : "en";

const csrf = () => document.querySelector('meta[name="csrf"]').content;

/** A note in the corner; `bad` for what failed. It stays for as long as it takes to read. */
export function toast(text, bad = false) {
  const note = document.createElement("div");
  note.className = bad ? "toast bad" : "toast";
  note.textContent = text;
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), bad ? 12000 : 5000);
}

/** Ask the API; the answer's JSON (null: none). Throws a Problem whose message a person understands. */
export async function ask(method, address, { body, etag, key, files } = {}) {
  const headers = { "Accept-Language": language, Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf();
  if (etag) headers["If-Match"] = etag;
  if (key) headers["Idempotency-Key"] = key;
  let sent;
  if (files) sent = files;
  else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    sent = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(address, { method, headers, body: sent, credentials: "same-origin" });
  } catch {
    throw new Problem({ detail: t("网络不通，请稍后再试。", "The network does not answer: try again.") });
  }
  const text = await answer.text();
  const json = text && (answer.headers.get("Content-Type") || "").includes("json") ? JSON.parse(text) : null;
  if (answer.ok) return json;
  if (answer.status === 401 && address !== "/api/v1/session") location.reload();
  throw new Problem(json || { detail: `${answer.status} ${answer.statusText}` });
}

/** What the API says is wrong (RFC 9457). */
export class Problem extends Error {
  constructor(document) {
    super(document.detail || document.title);
    this.errors = document.errors || [];
    this.status = document.status;
  }
}

// What a form or button of `data-act="METHOD /address"` says, as JSON. Names may have dots: a.b is
// {a: {b: …}}. `data-type` of a field: number, boolean, time (Beijing), list (lines). Empty fields are left out.
function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.type === "submit" || field.type === "file") continue;
    const box = field.type === "checkbox" && field.dataset.type !== "boolean";
    if ((box || field.type === "radio") && !field.checked) continue;
    const value = valueOf(field);
    if (value === undefined) continue;
    const path = field.name.split(".");
    const last = path.pop();
    const place = path.reduce((inner, name) => (inner[name] ??= {}), body);
    if (field.dataset.many !== undefined) (place[last] ??= []).push(value);
    else place[last] = value;
  }
  return body;
}

function valueOf(field) {
  if (field.dataset.type === "boolean") return field.type === "checkbox" ? field.checked : field.value === "true";
  const text = field.value.trim();
  if (text === "") return undefined;
  switch (field.dataset.type) {
    case "number": return Number(text);
    case "time": return text.length === 10 ? `${text}T00:00:00+08:00` : `${text.length === 16 ? `${text}:00` : text}+08:00`;
    case "list": return text.split(/\s*[\n,，]\s*/).filter(Boolean);
    default: return field.value;
  }
}

// Browsers send a part without a name where no file was chosen: nobody meant it.
function partsOf(form) {
  const parts = new FormData(form);
  for (const { name } of form.querySelectorAll("input[type=file]")) {
    const chosen = parts.getAll(name).filter((one) => one.name);
    parts.delete(name);
    for (const one of chosen) parts.append(name, one);
  }
  return parts;
}

function show(place, error) {
  const box = place.querySelector?.(".problem");
  for (const field of place.elements ?? []) field.removeAttribute("aria-invalid");
  const named = (error.errors ?? []).filter((one) => one.place && one.detail !== error.message);
  const lines = [error.message, ...named.map((one) => `${one.place}: ${one.detail}`)];
  for (const one of error.errors ?? []) {
    const name = one.place.replace(/^\//, "").replaceAll("/", ".");
    place.elements?.[name]?.setAttribute?.("aria-invalid", "true");
  }
  if (box) {
    box.textContent = lines.join("\n");
    box.hidden = false;
  } else toast(lines.join(" · "), true);
}

// `data-etag`: the version looked at. `data-confirm`: asked first. `data-then`: "reload" (usual), an
// address, "stay", or "close" (its dialog; then the page is read again). `data-said`: a note of success.
async function act(element) {
  const [method, address] = element.dataset.act.split(" ");
  const confirmation = element.dataset.confirm;
  if (confirmation && !window.confirm(confirmation)) return;
  const button = element.tagName === "FORM" ? element.querySelector("[type=submit], button:not([type])") : element;
  if (button?.getAttribute("aria-busy") === "true") return;
  button?.setAttribute("aria-busy", "true");
  element.dataset.key ??= crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  const form = element.tagName === "FORM" ? element : null;
  const files = form?.querySelector("input[type=file]") ? partsOf(form) : undefined;
  const fixed = element.dataset.body ? JSON.parse(element.dataset.body) : undefined;
  const body = files ? undefined : form ? { ...fixed, ...bodyOf(form) } : fixed;
  try {
    const found = await ask(method, address, {
      body: method === "DELETE" && !form ? undefined : body,
      files, etag: element.dataset.etag,
      key: method === "POST" && element.dataset.once !== "no" ? element.dataset.key : undefined,
    });
    delete element.dataset.key;
    if (element.dataset.said) toast(element.dataset.said);
    const done = new CustomEvent("qk:done", { bubbles: true, cancelable: true, detail: found });
    if (element.dispatchEvent(done)) follow(element.dataset.then ?? "reload", element);
  } catch (error) {
    if (error.status === 412 || error.status === 422) delete element.dataset.key;
    show(form ?? element, error);
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

function follow(then, element) {
  if (then === "stay") return;
  if (then === "close") element.closest("dialog")?.close();
  if (then === "close" || then === "reload") location.reload();
  else location.assign(then);
}

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.act) return;
  event.preventDefault();
  act(event.target);
});

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("button[data-act], [data-toggle], [data-open], [data-shut]");
  if (!pressed) return;
  if (pressed.dataset.act) act(pressed);
  else if (pressed.dataset.toggle) {
    const open = document.getElementById(pressed.dataset.toggle).classList.toggle("open");
    pressed.setAttribute("aria-expanded", String(open));
  } else if (pressed.dataset.open) document.getElementById(pressed.dataset.open).showModal();
  else pressed.closest("dialog").close();
});

// What is open closes by Escape, and the focus goes back to what opened it.
document.addEventListener("keydown", (event) => {
  const opener = event.key === "Escape" && !event.defaultPrevented && document.querySelector("[data-toggle][aria-expanded=true]");
  if (!opener || !opener.getClientRects().length) return;
  opener.click();
  opener.focus();
});

// Filters are kept in the address: a change of one is a new address, without what is empty.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (form && !form.querySelector("[type=submit]")) filter(form);
});
document.addEventListener("submit", (event) => {
  if (event.target.dataset.filters === undefined) return;
  event.preventDefault();
  filter(event.target);
});

function filter(form) {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") asked.append(name, value);
  location.assign(`${location.pathname}${asked.size ? `?${asked}` : ""}`);
}

if (document.getElementById("feed-state")) listen();
