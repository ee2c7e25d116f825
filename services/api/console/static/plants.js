// A plant's page: read again when something happens there, and forms that fill each other's fields.

const plant = document.querySelector("[data-plant]")?.dataset.plant;
const now = document.querySelector(".outlet") && !new URLSearchParams(location.search).get("at")
  && !new URLSearchParams(location.search).get("as_of");
let waiting;

// Outlets are open on a desk and folded on a phone, until somebody opens or folds one.
const desk = matchMedia("(min-width: 48.01rem)");
const chosen = new Map();
function fold() {
  for (const one of document.querySelectorAll("details.fold")) {
    one.open = chosen.get(one.id) ?? desk.matches;
    one.dataset.seen = "";
  }
}
function unfold(id) {
  if (!document.getElementById(id)?.matches("details.fold")) return;
  chosen.set(id, true);
  fold();
}
document.addEventListener("click", (event) => {
  const one = event.target.closest("details.fold > summary")?.parentElement;
  if (one) chosen.set(one.id, !one.open);
  const link = event.target.closest('a[href^="#"]');
  if (link) unfold(decodeURIComponent(link.hash.slice(1)));
});
desk.addEventListener("change", fold);
unfold(decodeURIComponent(location.hash.slice(1)));
fold();

// Numbers of an hour grow old: the page of today is read again every minute, and soon after a case.
function again(after) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    again(60000);
    // Whoever is about to press or write something there is not disturbed.
    const live = document.getElementById("live");
    const held = document.activeElement;
    if (document.visibilityState === "hidden" || !window.htmx || (live.contains(held) && !held.matches("details.fold > summary"))) return;
    window.htmx.ajax("GET", location.href, { target: live, select: "#live", swap: "outerHTML" });
  }, after);
}
if (plant && now) {
  again(60000);
  document.addEventListener("qk:feed", ({ detail }) => { if (detail.plant === plant) again(2000); });
}

// What was opened stays open; parts that are still to come show what they were, so that nothing jumps.
const parts = () => [...document.querySelectorAll('#live [hx-trigger="load"]')];
let before = { parts: [] };
document.addEventListener("htmx:beforeSwap", ({ target }) => {
  if (target.id !== "live") return;
  before = { parts: parts(), held: document.activeElement.closest("details.fold")?.id };
});
document.addEventListener("htmx:afterSwap", () => {
  const old = before;
  before = { parts: [] };
  if (old.parts.length) parts().forEach((one, place) => one.replaceChildren(...(old.parts[place]?.childNodes ?? [])));
  fold();
  if (old.held) document.getElementById(old.held)?.querySelector("summary").focus({ preventScroll: true });
});

// A button that opens a dialog for one of many rows says what is different of it.
document.addEventListener("click", (event) => {
  const pressed = event.target.closest("button[data-fill]");
  if (!pressed) return;
  const form = document.querySelector(`#${pressed.dataset.open} form`);
  const said = JSON.parse(pressed.dataset.fill);
  form.dataset.act = said.act;
  form.dataset.etag = said.etag;
  for (const [name, value] of Object.entries(said.fields ?? {})) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
  const about = form.querySelector("[data-about]");
  if (about) about.textContent = said.about ?? "";
}, true);

// Points are those of the subject that is chosen.
const subject = document.querySelector("select[data-subject]");
const point = document.querySelector("select[data-points]");
function points() {
  for (const one of point.options) {
    const other = one.dataset.of !== undefined && one.dataset.of !== subject.value;
    one.hidden = other;
    one.disabled = other;
  }
  if (point.selectedOptions[0]?.disabled) point.value = point.querySelector("option:not([disabled])")?.value ?? "";
}
if (subject && point) {
  subject.addEventListener("change", points);
  points();
}

// A gap leads to the form that mends it.
const wanted = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
if (wanted instanceof HTMLDialogElement) wanted.showModal();
