// A plant's page: read again when something happens there, and forms that fill each other's fields.

const plant = document.querySelector("[data-plant]")?.dataset.plant;
const now = document.querySelector(".outlet") && !new URLSearchParams(location.search).get("at")
  && !new URLSearchParams(location.search).get("as_of");
let waiting;

// Numbers of an hour grow old: the page of today is read again every minute, and soon after a case.
function again(after) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    again(60000);
    // Whoever is about to press or write something there is not disturbed.
    const live = document.getElementById("live");
    if (document.visibilityState === "hidden" || !window.htmx || live.contains(document.activeElement)) return;
    window.htmx.ajax("GET", location.href, { target: live, select: "#live", swap: "outerHTML" });
  }, after);
}
if (plant && now) {
  again(60000);
  document.addEventListener("qk:feed", ({ detail }) => { if (detail.plant === plant) again(2000); });
}

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
