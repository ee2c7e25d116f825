// Orders and contests: files that were not chosen, where a new one leads, and what others did meanwhile.

// `data-goes="/address/{field}"`: to what was made.
document.addEventListener("qk:done", (event) => {
  const goes = event.target.dataset.goes;
  if (!goes || !event.detail) return;
  event.preventDefault();
  location.assign(goes.replace(/\{(\w+)\}/, (_, field) => event.detail[field]));
});

const shown = document.querySelector("[data-order]");
const arrived = document.getElementById("arrived");

function busy() {
  return document.querySelector("dialog[open]") !== null
    || [...document.querySelectorAll("main textarea, main input")].some((one) => one.value !== one.defaultValue)
    || [...document.querySelectorAll("main select")].some((one) => one.selectedIndex > 0);
}

function changed() {
  if (shown && !busy()) location.reload();
  else if (arrived) arrived.hidden = false;
}

document.addEventListener("qk:feed", ({ detail }) => {
  if (detail.about !== "order") return;
  if (shown && (Number(shown.dataset.order) !== detail.key || detail.version <= Number(shown.dataset.version))) return;
  changed();
});
document.addEventListener("qk:reset", changed);
arrived?.querySelector("[data-again]").addEventListener("click", () => location.reload());
