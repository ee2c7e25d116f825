// What the pages about cases share: their dialogs, filled from the element that a case stands in
// (`data-id`, `data-version`, ... : alert_parts.html), and parts of pages read again.
import { t } from "./console.js";

/** Beijing time of so many hours from now, as a datetime-local field has it. */
function later(hours) {
  return new Date(Date.now() + skew() + (hours + 8) * 3600e3).toISOString().slice(0, 16);
}

let ahead = null;

/** By how much the server's clock is ahead of this one. */
export function skew() {
  const said = document.querySelector("[data-now]")?.dataset.now;
  ahead ??= said ? Date.parse(said) - (Date.now() - performance.now()) : 0;
  return ahead;
}

const about = ({ dataset: d }) =>
  `#${d.id} ${d.kindName}${d.plantName ? ` · ${d.plantName}` : ""}${d.subject ? ` · ${d.subject}` : ""}`;

const fills = {
  judge(form, d) {
    const over = d.state === "open" || d.state === "acknowledged";
    form.dataset.act = `POST /api/v1/alerts/${d.id}/${over ? "resolve" : "dispose"}`;
    for (const one of form.querySelectorAll("[data-name]")) one.hidden = (one.dataset.name === "resolve") !== over;
    duplicate(form);
  },
  comment: (form, d) => { form.dataset.act = `POST /api/v1/alerts/${d.id}/comments`; },
  assign: (form, d) => { form.dataset.act = `POST /api/v1/alerts/${d.id}/assign`; },
  reopen: (form, d) => { form.dataset.act = `POST /api/v1/alerts/${d.id}/reopen`; },
  silence(form, d) {
    const fields = form.elements;
    fields.plant.value = d.plant;
    fields.mn.value = d.subject ? "" : d.mn;
    fields.subject.value = d.subject;
    fields.subject.checked = fields.kinds.checked = true;
    fields.subject.disabled = !d.subject;
    form.querySelector("[data-if-subject]").hidden = !d.subject;
    fields.kinds.value = d.kind;
    // Of what is about no plant the kind alone says what is kept quiet.
    fields.kinds.disabled = false;
    fields.kinds.required = !d.plant;
    slot(form, "plant", d.plantName || t("平台", "the platform"));
    slot(form, "subject", d.subject);
    fields.to.value = later(4);
    return false;
  },
  order: (form, d) => { form.elements.alerts.value = d.id; return false; },
  contest: (form, d) => { form.elements.key.value = d.id; return false; },
};

function slot(place, name, text) {
  for (const one of place.querySelectorAll(`[data-slot="${name}"]`)) one.textContent = text;
}

function duplicate(form) {
  const shown = form.elements.disposition.value === "duplicate";
  form.querySelector("[data-if-duplicate]").hidden = !shown;
  form.elements.duplicate_of.required = shown;
  form.elements.duplicate_of.disabled = !shown;
  form.elements.note.required = form.elements.cause.value === "other";
}

/** Open a dialog (judge, comment, assign, reopen, silence, order, contest) about a case; false: not offered here. */
export function opened(name, element) {
  const dialog = document.getElementById(`d-${name}`);
  if (!dialog) return false;
  const form = dialog.querySelector("form");
  if (form.dataset.of !== element.dataset.id) form.reset();
  form.dataset.of = element.dataset.id;
  delete form.dataset.key;
  form.querySelector(".problem").hidden = true;
  slot(form, "about", about(element));
  const versioned = fills[name](form, element.dataset) !== false;
  if (versioned) form.dataset.etag = `"${element.dataset.version}"`;
  dialog.showModal();
  return true;
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest('form[data-fill="judge"]');
  if (form) duplicate(form);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const form = button.closest("form");
  if (button.dataset.hours) form.elements.to.value = later(Number(button.dataset.hours));
  else if (button.dataset.assignMe) form.elements.assignee.value = button.dataset.assignMe;
});

// What was done closes its dialog; what was typed is for nobody else then.
document.addEventListener("qk:done", ({ target }) => {
  if (target.dataset.fill === undefined) return;
  target.closest("dialog").close();
  delete target.dataset.of;
});

/** A part of a page as a document; null: there is none (204), or it is not for the caller (404). */
export async function part(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (answer.status === 204 || answer.status === 404) return null;
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Error(`${answer.status}`);
  const text = await answer.text();
  const rows = text.trimStart().startsWith("<tr");
  return new DOMParser().parseFromString(rows ? `<table><tbody>${text}</tbody></table>` : text, "text/html");
}

/** Put the parts of a freshly read page in place of those shown; what is not in both is left. */
export function replaced(fresh, ...ids) {
  for (const id of ids) {
    const now = document.getElementById(id);
    const then = fresh.getElementById(id);
    if (!now || !then) continue;
    now.replaceWith(document.adoptNode(then));
    window.htmx?.process(document.getElementById(id));
  }
}
