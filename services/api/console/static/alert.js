// The page of a case: what happens to it comes in without a reload; its dialogs and keys.
import { opened, part, replaced } from "./cases.js";
import { t } from "./console.js";

const PARTS = ["case", "why", "beside", "facts", "steps", "links"];
const here = () => document.getElementById("case");
const id = here().dataset.id;
let timer = 0;

function soon() {
  timer ||= setTimeout(async () => {
    timer = 0;
    try {
      const page = await part(location.href);
      if (page) replaced(page, ...PARTS);
    } catch {
      timer = setTimeout(() => { timer = 0; soon(); }, 3000); // the network is away
    }
  }, 150);
}

const concerns = ({ about, key }) =>
  (about === "alert" && (String(key) === id || document.querySelector(`#beside a[href="/console/alerts/${key}"]`))) ||
  (about === "order" && document.querySelector(`#links a[href="/console/orders/${key}"]`));

document.addEventListener("qk:feed", ({ detail }) => {
  if (!concerns(detail)) return;
  const other = detail.about === "alert" && String(detail.key) !== id;
  document.getElementById("arrivals").textContent = other
    ? t("同处的其他告警有新的进展，页面已更新。", "Something happened to another case here: the page shows it.")
    : t("本告警有新的进展，页面已更新。", "Something happened to this case: the page shows it.");
  soon();
});
document.addEventListener("qk:reset", soon);
document.addEventListener("qk:done", ({ target }) => {
  if (target.dataset?.act?.includes("/session")) return;
  soon();
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-do]");
  if (button) opened(button.dataset.do, here());
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const wanted = { a: "button[data-act*='/acknowledge']", c: "[data-do=comment]", d: "[data-do=judge]", s: "[data-do=silence]", o: "[data-do=order]" }[event.key];
  const button = wanted && here().querySelector(wanted);
  if (!button) return;
  event.preventDefault();
  button.click();
});
