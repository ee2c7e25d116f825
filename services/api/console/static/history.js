// The history explorer: any points on one axis of time. What is shown stands in the address.
import { t } from "./console.js";
import { Chart, MOST_UNITS } from "./chart.js";
import { DAY, pointOf } from "./chart_ask.js";
import { LOOKS } from "./chart_draw.js";
import { Source, emptyWords } from "./chart_source.js";
import { kindWords } from "./chart_words.js";
import { field, iso, seconds, span, text } from "./chart_time.js";
import { picker } from "./history_picker.js";
import { showTables } from "./history_tables.js";

const MOST = LOOKS.length;
const part = (name) => document.getElementById(`history-${name}`);
const form = part("form");
const now = seconds(part("page").dataset.now);
const state = read();
let chart;
let source;
let asked = 0;

function read() {
  const query = new URLSearchParams(location.search);
  const time = (name, usual) => {
    const found = seconds((query.get(name) ?? "").replace(" ", "+"));
    return Number.isFinite(found) ? found : usual;
  };
  const until = time("to", now);
  const since = time("from", until - 2 * DAY);
  return {
    keys: [...new Set(query.getAll("p"))].slice(0, MOST), since: since < until ? since : until - 2 * DAY, until,
    kind: query.get("kind") ?? "auto", value: query.get("value") ?? "converted", asOf: query.get("as_of"),
  };
}

/** The address of what is shown, for sharing; the language link follows. */
function write() {
  const view = chart?.view ?? state;
  const query = new URLSearchParams(state.keys.map((key) => ["p", key]));
  query.set("from", iso(view.since));
  query.set("to", iso(view.until));
  if (state.kind !== "auto") query.set("kind", state.kind);
  if (state.value !== "converted") query.set("value", state.value);
  if (state.asOf) query.set("as_of", state.asOf);
  history.replaceState(null, "", `${location.pathname}?${query}`);
  const language = document.querySelector(".top .lang");
  query.set("lang", language.lang.startsWith("en") ? "en" : "zh");
  language.href = `${location.pathname}?${query}`;
}

function fill() {
  const view = chart?.view ?? state;
  form.elements.from.value = field(view.since);
  form.elements.to.value = field(view.until);
  form.elements.kind.value = state.kind;
  form.elements.value.value = state.value;
  form.elements.as_of.value = state.asOf && !/^\d+$/.test(state.asOf) ? field(seconds(state.asOf)) : "";
  part("then").hidden = !state.asOf;
  for (const one of part("changes").querySelectorAll("[data-now]")) one.hidden = Boolean(state.asOf);
  for (const one of part("changes").querySelectorAll("[data-then]")) one.hidden = !state.asOf;
  if (state.asOf) part("changes").open = true;
  part("then-when").textContent = !state.asOf ? "" : /^\d+$/.test(state.asOf) ? t(`位置 ${state.asOf}`, `position ${state.asOf}`) : text(seconds(state.asOf));
}

function problem(words) {
  part("problem").textContent = words;
  part("problem").hidden = !words;
}

async function load(view, moved = false) {
  const mine = (asked += 1);
  part("status").textContent = t("正在读取……", "reading…");
  const units = new Set(source.points.map((one) => one.unit ?? ""));
  try {
    const found = await source.load(view);
    if (mine !== asked) return;
    problem("");
    chart.show(found.model, moved ? undefined : view);
    part("status").textContent = standing(found, units);
    showTables(source, found, chart.view);
    part("drawn").hidden = false;
    part("chart").classList.remove("chart-wait");
  } catch (error) {
    if (mine !== asked) return;
    problem(error.message);
    part("status").textContent = "";
    // Nothing was ever drawn of it: no empty picture, and no tables of nothing.
    if (!source?.loaded) part("drawn").hidden = true;
  }
}

function standing(found, units) {
  const length = chart.view.until - chart.view.since;
  return [
    found.empty ? emptyWords(kindWords(found.kind)) : kindWords(found.kind),
    found.kind !== found.asked && !found.empty ? t(`（此时段没有${kindWords(found.asked)}）`, `(there are no ${kindWords(found.asked)} here)`) : "",
    state.kind !== "auto" && found.asked !== state.kind ? t(`时段过长，不能用${kindWords(state.kind)}`, `the range is too long for ${kindWords(state.kind)}`) : "",
    found.sampled ? t("按区间极值抽样，峰值不丢失；放大可见每条数据", "thinned out to the extremes of each stretch: no peak is lost; zoom in for every record") : "",
    found.hasStates ? "" : t(`设施状态在 7 天以内显示（现为 ${span(length, t)}）`, `facility states are shown for up to 7 days (now ${span(length, t)})`),
    units.size > MOST_UNITS ? t(`最多 ${MOST_UNITS} 种单位，其余未画出`, `at most ${MOST_UNITS} units: the rest is not drawn`) : "",
    found.cut ? t("数据过多，未全部列出，请放大", "too many records to show all: zoom in") : "",
  ].filter(Boolean).join(" · ");
}

function viewed(view) {
  Object.assign(state, view);
  write();
  fill();
  if (!source) return;
  if (source.suits(view)) showTables(source, null, view);
  else load(view, true);
}

/** Begin with the points that are chosen. */
async function begin() {
  write();
  fill();
  source = undefined;
  part("drawn").hidden = !state.keys.length;
  part("none").hidden = state.keys.length > 0;
  if (!state.keys.length) { problem(""); part("status").textContent = ""; return; }
  let points;
  try {
    points = (await Promise.all(state.keys.map((key) => pointOf(key, t)))).filter(Boolean);
  } catch (error) {
    problem(t(`无法读取监测点：${error.message}`, `cannot read the points: ${error.message}`));
    return;
  }
  chosen.show(points);
  if (points.length < state.keys.length) problem(t("有监测点不存在或不在您的范围内，已略去。", "Some points do not exist or are not yours to see: they are left out."));
  if (!points.length) return;
  const home = { since: state.since, until: state.until };
  chart ??= new Chart(part("chart"), { name: t("历史曲线", "history"), home, onView: viewed });
  chart.view = home;
  source = new Source({ points, kind: state.kind, value: state.value, asOf: state.asOf });
  await load(home);
}

const chosen = picker(part("picker"), {
  most: MOST,
  keys: () => state.keys,
  change(keys) {
    state.keys = keys;
    begin();
  },
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { from, to, kind, value, as_of: then } = form.elements;
  const [since, until] = [seconds(from.value), seconds(to.value)];
  if (!(since < until)) { problem(t("起始时间须早于结束时间。", "The beginning must lie before the end.")); return; }
  Object.assign(state, { since, until, kind: kind.value, value: value.value, asOf: then.value ? iso(seconds(then.value)) : /^\d+$/.test(state.asOf ?? "") ? state.asOf : null });
  if (chart) chart.home = { since, until };
  begin();
});
for (const name of ["kind", "value", "as_of"]) form.elements[name].addEventListener("change", () => form.requestSubmit());
part("quick").addEventListener("click", ({ target }) => {
  const length = Number(target.dataset?.span);
  if (!length) return;
  // A shorter range is the end of what is seen, a longer one goes around it; neither lies ahead for nothing.
  const { since, until: end } = chart?.view ?? state;
  const until = Math.min(length < end - since ? end : (since + end + length) / 2, Math.max(now, since + length));
  Object.assign(state, { since: until - length, until });
  if (chart && source) { chart.home = { since: state.since, until: state.until }; chart.look(state.since, state.until); } else begin();
});
part("now").addEventListener("click", () => {
  state.asOf = null;
  begin();
});
begin();
