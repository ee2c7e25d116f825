// Forms of administration and limits: bodies with lists and choices, trials before anything is written,
// secrets that are shown once, and test messages that are followed until they arrive.
import { ask, t, toast } from "./console.js";
import { element, told } from "./admin_told.js";

// What `data-into="a.b.0.c"` fields of a form say, as its fixed body. `data-form`: number, boolean, time,
// list (lines or commas), channels (codes of a rank), json, minutes (HH:MM of a day), many (boxes that are checked), null (empty is null).
function collect(form) {
  const body = JSON.parse(form.dataset.fixed ?? "{}");
  for (const field of form.querySelectorAll("[data-into]")) {
    if (field.disabled) continue;
    const path = field.dataset.into.split(".");
    if (field.dataset.form === "many") {
      const chosen = field.checked ? [field.dataset.number === undefined ? field.value : Number(field.value)] : [];
      put(body, path, (before) => [...(before ?? []), ...chosen]);
      continue;
    }
    const value = said(field);
    if (value !== undefined) put(body, path, () => value);
  }
  for (const steps of form.querySelectorAll("[data-steps]")) {
    const found = [...steps.querySelectorAll("[data-step]")].map((one) => ({
      after_min: Number(one.querySelector("input[type=number]").value),
      receivers: [...one.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.value),
    }));
    put(body, steps.dataset.steps.split("."), () => found.filter((one) => one.receivers.length));
  }
  return body;
}

function said(field) {
  if (field.type === "checkbox") return field.checked;
  const text = field.value.trim();
  if (text === "") return field.dataset.empty === "null" ? null : undefined;
  switch (field.dataset.form) {
    case "number": return Number(text);
    case "boolean": return text === "true";
    case "time": return text.length === 10 ? `${text}T00:00:00+08:00` : `${text}:00+08:00`;
    case "list": return listed(text);
    case "channels": return ranked(listed(text), field.form.querySelector("[data-rank]").value);
    case "minutes": return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    case "json": return parsed(field, text);
    default: return field.value;
  }
}

const listed = (text) => text.split(/\s*[\n,，]\s*/).filter(Boolean);

const ranked = (codes, rank) => (rank === "main" ? codes : codes.map((code) => ({ code, rank })));

function parsed(field, text) {
  field.setCustomValidity("");
  try {
    return JSON.parse(text);
  } catch {
    field.setCustomValidity(t("不是有效的 JSON", "This is not JSON"));
    field.reportValidity();
    throw new SyntaxError(text);
  }
}

function put(body, path, value) {
  let place = body;
  path.forEach((part, depth) => {
    if (depth === path.length - 1) place[part] = value(place[part]);
    else place = place[part] ??= /^\d+$/.test(path[depth + 1]) ? [] : {};
  });
}

// Before console.js hears of a submit: the address with what its fields say, and the body.
document.addEventListener("submit", (event) => {
  const form = event.target;
  try {
    // Only the second button, which submits by itself, writes anything.
    if (form.dataset.trial !== undefined) real(form, !event.submitter);
    if (form.dataset.place) form.dataset.act = placed(form);
    if (form.querySelector("[data-into], [data-steps]")) form.dataset.body = JSON.stringify(collect(form));
  } catch {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

function placed(form) {
  return form.dataset.place.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(form.querySelector(`[data-part="${name}"]`).value.trim()));
}

document.addEventListener("input", (event) => {
  event.target.setCustomValidity?.("");
  const form = event.target.closest("form[data-trial]");
  if (form) again(form);
});

// A trial: the first sending tells what would be; a second button does it. Any change begins anew.
function again(form) {
  const place = form.querySelector("[data-told]");
  place.replaceChildren();
  place.hidden = true;
  form.querySelector("[data-do]").hidden = true;
}

function real(form, yes) {
  form.dataset.real = yes ? "yes" : "";
  form.dataset.said = yes ? form.dataset.done : "";
  const preview = form.querySelector("[data-preview]");
  if (preview) preview.value = yes ? "false" : "true";
  else {
    form.dataset.act = `POST ${form.dataset.trial}${yes ? "" : "?dry_run=true"}`;
    // A trial is of the registry as it is; only what follows it names the version that it saw.
    if (!yes) delete form.dataset.etag;
  }
}

document.addEventListener("qk:done", (event) => {
  const form = event.target;
  if (form.dataset.secret !== undefined && event.detail?.secret) {
    event.preventDefault();
    secret(event.detail.secret, form.dataset.then);
  }
  if (form.dataset.test !== undefined) {
    event.preventDefault();
    followed(event.detail.delivery, document.getElementById(form.dataset.test));
  }
  if (form.dataset.trial === undefined || form.dataset.real) return;
  event.preventDefault();
  form.querySelector(".problem").hidden = true;
  const place = form.querySelector("[data-told]");
  const { nodes, may } = told(event.detail);
  place.replaceChildren(...nodes);
  place.hidden = false;
  if (event.detail.version !== undefined && event.detail.counts) form.dataset.etag = `"${event.detail.version}"`;
  const go = form.querySelector("[data-do]");
  go.hidden = !may;
  (may ? go : place).focus?.();
});

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-do], [data-copy]");
  if (!pressed) return;
  if (pressed.dataset.copy !== undefined) return copy(document.getElementById(pressed.dataset.copy).textContent);
  pressed.closest("form").requestSubmit();
});

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text.trim());
    toast(t("已复制", "Copied"));
  } catch {
    toast(t("浏览器不允许复制，请手工选取。", "The browser does not let us copy: select it by hand."), true);
  }
}

function secret(text, then) {
  const dialog = document.getElementById("secret");
  document.getElementById("secret-text").textContent = text;
  const go = () => (then?.startsWith("/") ? location.assign(then) : location.reload());
  dialog.addEventListener("close", go, { once: true });
  dialog.showModal();
}

// What becomes of a test message, looked at every two seconds.
const EVERY_MS = 2000;
const TIMES = 20;

async function followed(delivery, place, times = 0) {
  const found = await ask("GET", `/api/v1/notify/deliveries/${delivery}`).catch(() => null);
  const state = found?.state ?? "waiting";
  const lines = {
    sent: t("已送达通知服务对端。", "It was sent."),
    dead: t("发送失败，已放弃：", "It failed and was given up: ") + (found?.last_error ?? ""),
    waiting: times < TIMES
      ? t("已入发件箱，等待发送……", "It waits in the outbox …")
      : t("仍在等待：请确认告警服务（qingkong alerts）正在运行。", "Still waiting: see that the alert service (qingkong alerts) runs."),
  };
  const failed = state === "waiting" && found?.last_error ? t(" 上次失败：", " It failed: ") + found.last_error : "";
  place.replaceChildren(element("span", { class: `delivery ${state}` }, lines[state] + failed));
  if (state === "waiting" && times < TIMES) setTimeout(() => followed(delivery, place, times + 1), EVERY_MS);
}

// Only those steps of an escalation that are wanted are shown; one more by the button.
document.addEventListener("click", (event) => {
  const more = event.target.closest("[data-more]");
  if (!more) return;
  const next = document.querySelector(`#${more.dataset.more} [data-step][hidden]`);
  if (next) next.hidden = false;
  if (!document.querySelector(`#${more.dataset.more} [data-step][hidden]`)) more.hidden = true;
});

// A choice shows the fields that belong to it, and leaves the others out.
function choose(field) {
  for (const part of document.querySelectorAll(`[data-for="${field.id}"]`)) {
    const on = part.dataset.when.split(" ").includes(field.value);
    part.hidden = !on;
    for (const each of part.querySelectorAll("input, select, textarea")) each.disabled = !on;
  }
}
for (const field of document.querySelectorAll("[data-chooses]")) {
  field.addEventListener("change", () => choose(field));
  choose(field);
}

// A choice that offers only what fits another choice, by their `data-code`.
function follow(field, leader) {
  const code = leader.selectedOptions[0]?.dataset.code;
  for (const one of field.options) {
    one.hidden = one.dataset.code !== code;
    one.disabled = one.hidden;
  }
  if (field.selectedOptions[0]?.disabled !== false) field.value = [...field.options].find((one) => !one.disabled)?.value ?? "";
}
for (const field of document.querySelectorAll("[data-follows]")) {
  const leader = document.getElementById(field.dataset.follows);
  leader.addEventListener("change", () => follow(field, leader));
  follow(field, leader);
}
