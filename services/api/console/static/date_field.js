// Fields of times and days: what the browser's own field holds is said in Beijing's way beside it, and the
// times that are mostly meant are a key away. The field stays the browser's: its keys and picker work as ever.
import { t } from "./console.js";
import { field as written, seconds, text } from "./chart_time.js";

const HOUR = 3600;
const DAY = 24 * HOUR;
const FIELDS = 'input[type="datetime-local"], input[type="date"]';

const rendered = Date.parse(document.querySelector('meta[name="now"]')?.content ?? "");
// The server's clock counts, as on all of the page.
const ahead = Number.isNaN(rendered) ? 0 : rendered - (Date.now() - performance.now());
const now = () => (Date.now() + ahead) / 1000;

/** A time as a field has it, in Beijing time; of a field of days the day alone. */
const value = (time, day) => (day ? text(time, "day") : written(time));
const midnight = (time) => seconds(`${value(time, true)}T00:00:00+08:00`);
const month = (time) => seconds(`${value(time, true).slice(0, 8)}01T00:00:00+08:00`);

const CHOICES = {
  back: [
    [t("现在", "Now"), (at) => at, "time"],
    [t("今日 0 时", "Today 0:00"), midnight, "time"],
    [t("今日", "Today"), (at) => at, "day"],
    [t("1 天前", "1 day ago"), (at) => at - DAY],
    [t("7 天前", "7 days ago"), (at) => at - 7 * DAY],
    [t("本月初", "This month"), month],
  ],
  ahead: [
    [t("1 小时后", "In 1 h"), (at) => at + HOUR, "time"],
    [t("明日 0 时", "Tomorrow 0:00"), (at) => midnight(at) + DAY, "time"],
    [t("今日", "Today"), (at) => at, "day"],
    [t("1 天后", "In 1 day"), (at) => at + DAY],
    [t("7 天后", "In 7 days"), (at) => at + 7 * DAY],
  ],
};

/** What a field holds, for people: `2026-03-04 13:05 北京时间`. */
function said(held, day) {
  if (day) return held;
  return `${held.slice(0, 16).replace("T", " ")} ${t("北京时间", "Beijing")}`.trim();
}

function tell(field) {
  const place = field.closest(".when")?.querySelector(".when-said");
  const text = said(field.value, field.type === "date");
  if (place && place.textContent !== text) place.textContent = text;
}

function choose(field, time) {
  const text = value(time, field.type === "date");
  field.value = field.max && text > field.max ? field.max : text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

// Templates write fields by `parts.when`; one that stands alone gets the same around it.
function housed(field) {
  const house = field.closest(".when");
  if (house) return house;
  const label = field.closest("label") ?? field;
  const made = document.createElement("span");
  made.className = label.classList.contains("inline") ? "when inline" : "when";
  label.replaceWith(made);
  made.append(label);
  const place = document.createElement("span");
  place.className = "when-said";
  place.setAttribute("aria-hidden", "true");
  field.before(place);
  return made;
}

function dress(field) {
  const house = housed(field);
  if (house.querySelector(".when-quick")) return;
  const kind = field.type === "date" ? "day" : "time";
  const quick = document.createElement("span");
  quick.className = "when-quick";
  quick.setAttribute("role", "group");
  quick.setAttribute("aria-label", t("常用时间", "Times that are mostly meant"));
  for (const [name, at, only] of CHOICES[house.dataset.quick ?? field.dataset.quick] ?? CHOICES.back) {
    if (only && only !== kind) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => choose(field, at(now())));
    quick.append(button);
  }
  // Where a click moves the focus away, what is clicked must not be gone by then.
  quick.addEventListener("mousedown", (event) => event.preventDefault());
  house.append(quick);
  house.addEventListener("focusin", () => {
    house.classList.toggle("end", house.getBoundingClientRect().left + quick.offsetWidth > document.documentElement.clientWidth);
  });
  house.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || house.classList.contains("shut")) return;
    house.classList.add("shut");
    event.preventDefault();
  });
  house.addEventListener("focusout", (event) => {
    if (!house.contains(event.relatedTarget)) house.classList.remove("shut");
  });
}

const every = (place) => [...place.querySelectorAll(FIELDS)];

function dressed(place) {
  for (const field of every(place)) {
    dress(field);
    tell(field);
  }
}

// Other scripts fill fields too, and nothing tells of that but what a person did before.
const again = () => requestAnimationFrame(() => every(document).forEach(tell));
for (const kind of ["input", "change", "click", "keyup", "pointerup", "reset"]) document.addEventListener(kind, again);
addEventListener("pageshow", again);
addEventListener("load", again);
document.addEventListener("htmx:load", ({ target }) => dressed(target));
dressed(document);
