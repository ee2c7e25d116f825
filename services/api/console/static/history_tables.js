// What stands below the chart of history: verdicts with their evidence, replaced values, files of what is seen.
import { t } from "./console.js";
import { address } from "./chart_ask.js";
import { made, told } from "./chart_parts.js";
import { isMean } from "./chart_series.js";
import { figure, kindWords, stageWords, unitWords } from "./chart_words.js";
import { iso, text } from "./chart_time.js";

const MOST = 200;
let last;

/** Fill them for a view; without `found` what was loaded last. */
export function showTables(source, found, view) {
  last = found ?? last;
  if (!last) return;
  verdicts(last.verdicts, view, source);
  revisions(last.revisions, view, source);
  files(source, last, view);
}

const seen = (events, { since, until }) => events.filter((one) => one.time >= since && one.time < until);
const withUnit = (number, point) => (number === null ? "—" : `${figure(number)} ${unitWords(point.unit)}`.trim());
const cell = (words, label, of = "") => told("td", words, of, { "data-label": label });

function verdicts(found, view, source) {
  if (source.asOf && found.since) { verdictsThen(found, view); return; }
  const { events, more, period } = found;
  const heads = [t("时段", "period"), t("监测点", "point"), t("判定", "verdict"), t("数值", "value"), t("超标倍数", "times over"), t("依据", "evidence")];
  table("verdicts", { heads, numbers: [3, 4], rows: seen(events, view), more, none: noneOver(period) }, (one) => [
    ...placed(one, heads, period), judged(one, heads[2]),
    cell(withUnit(one.value, one.point), heads[3], "number"), cell(one.multiple === null ? "—" : one.multiple.toFixed(2), heads[4], "number"), evidence(one, heads[5]),
  ]);
}

/** What was believed then and what is believed now stand side by side; what differs is said. */
function verdictsThen({ since, more, period }, view) {
  const heads = [t("时段", "period"), t("监测点", "point"), t("当时判定", "verdict then"), t("当时数值", "value then"), t("现在判定", "verdict now"), t("现在数值", "value now"), t("依据", "evidence")];
  const known = (one, label, none) => (one ? judged(one, label) : cell(none, label, "faint"));
  table("verdicts", { heads, numbers: [3, 5], rows: seen(since.rows, view), more: more || since.more, none: noneOver(period) }, (one) => {
    const cells = [
      ...placed(one, heads, period),
      known(one.then, heads[2], t("当时未判超标", "not over a limit then")), cell(one.then ? withUnit(one.then.value, one.point) : "—", heads[3], "number"),
      known(one.now, heads[4], t("不再判为超标", "over a limit no more")), cell(one.now ? withUnit(one.now.value, one.point) : "—", heads[5], "number"),
      evidence(one.then ?? one.now, heads[6]),
    ];
    if (one.then?.outcome !== one.now?.outcome || one.then?.value !== one.now?.value) cells[0].firstChild.append(" ", changedTag());
    return cells;
  });
}

const changedTag = () => told("span", t("▽ 已变", "▽ changed"), "tag changed");
const noneOver = (period) => t(`所示时段没有超标或豁免的${period === "hour" ? "小时" : period === "day" ? "日" : "月"}。`, `No ${period} of this range was over a limit or excused.`);

function placed(one, heads, period) {
  const when = cell("", heads[0]);
  when.append(told("span", text(one.start, period === "hour" ? "minute" : "day")));
  return [when, cell(`${one.point.subject} ${one.point.name}`, heads[1])];
}

function judged(one, label) {
  const verdict = cell("", label);
  const tags = made("span");
  tags.append(told("span", one.words, `status ${one.outcome === "exceeding_at_least" ? "exceeding" : one.outcome}`));
  if (!one.sure) tags.append(" ", told("abbr", t("未核实", "unverified"), "unsure", { title: t("依据未经核实，见证据", "It rests on what was not verified: see the evidence") }));
  if (one.stage !== "closed") tags.append(" ", told("span", stageWords(one.stage), `stage ${one.stage}`));
  verdict.append(tags);
  return verdict;
}

function evidence(one, label) {
  const found = made("td", "", { "data-label": label });
  found.append(told("a", t("证据", "evidence"), "", { href: `/console/verdicts/${one.id}`, "aria-label": t(`${text(one.start)} ${one.point.name} 的证据`, `evidence of ${text(one.start)} ${one.point.name}`) }));
  return found;
}

function revisions({ events, more, skipped }, view, source) {
  const rows = seen(events, view);
  const then = Boolean(source.asOf);
  const heads = [t("时间", "time"), t("监测点", "point"), then ? t("当时数值", "value then") : t("原值", "was"), then ? t("现在数值", "value now") : t("现值", "is"), ...(then ? [] : [t("标记", "flags")])];
  const none = skipped ? t("时段过长，未与现在比较：请放大。", "The range is too long to be compared with now: zoom in.")
    : then ? t("所示数据此后没有变化。", "Nothing of what is shown has changed since.") : t("所示时段没有修订过的数据。", "No value of this range was replaced.");
  table("revisions", { heads, numbers: [2, 3], rows, more, none }, (one) => [
    cell(text(one.start, "second"), heads[0]), cell(`${one.point.subject} ${one.point.name}`, heads[1]),
    cell(one.was === null && then ? t("当时无数据", "no value then") : withUnit(one.was, one.point), heads[2], "number"), cell(withUnit(one.now, one.point), heads[3], "number"),
    ...(then ? [] : [cell(one.flags.map((flag) => flag ?? "—").join(" → "), heads[4])]),
  ]);
  const changes = document.getElementById("history-then-changes");
  const late = rows.filter((one) => one.was === null).length;
  const said = [
    rows.length > late ? t(`${rows.length - late} 个数值此后变了`, `${rows.length - late} ${rows.length - late === 1 ? "value has" : "values have"} changed since`) : "",
    late ? t(`${late} 个当时尚无数据`, `${late} had no value yet`) : "",
  ].filter(Boolean).join(t("，", ", "));
  changes.textContent = !then || skipped ? "" : rows.length ? t(`所示时段中，${said}。`, `Of this range ${said}.`) : none;
}

/** One of the tables; what does not fit is said. */
function table(name, { heads, numbers, rows, more, none }, cells) {
  const place = document.getElementById(`history-${name}`);
  document.getElementById(`history-${name}-count`).textContent = `${rows.length}${more ? "+" : ""}`;
  if (!rows.length) {
    place.replaceChildren(told("p", none, "faint"));
    return;
  }
  const grid = made("table", "folds");
  const head = grid.createTHead().insertRow();
  for (const [column, words] of heads.entries()) head.append(told("th", words, numbers.includes(column) ? "number" : "", { scope: "col" }));
  const body = grid.createTBody();
  for (const one of rows.slice(0, MOST)) body.insertRow().append(...cells(one));
  const scroll = made("div", "scroll");
  scroll.append(grid);
  const cut = rows.length > MOST || more ? [told("p", t(`只列前 ${MOST} 条，请放大或导出。`, `The first ${MOST}: zoom in, or export.`), "faint")] : [];
  place.replaceChildren(scroll, ...cut);
}

/** Files of exactly what is seen: the same range, kind and position. */
function files(source, { kind, position }, { since, until }) {
  const mean = isMean(kind);
  const rows = source.points.map((one) => {
    const item = made("li");
    const query = { plant: one.plant, subject: one.subject, side: one.side, code: one.code, from: iso(since), to: iso(until), as_of: position };
    const link = (what, form, words, more) => told("a", words, "", { href: address(`/api/v1/export/${what}.${form}`, { ...query, ...more }), "aria-label": `${one.subject} ${one.name} ${words}`, download: "" });
    item.append(`${one.plantName} ${one.subject} ${one.name}: `);
    for (const form of ["csv", "xlsx", "parquet"]) item.append(link(mean ? "means" : "readings", form, `${kindWords(kind)} ${form.toUpperCase()}`, mean ? { period: kind } : { series: kind }), " · ");
    item.append(link("verdicts", "csv", t("判定 CSV", "verdicts CSV"), { period: mean ? kind : "hour" }));
    return item;
  });
  document.getElementById("history-files").replaceChildren(...rows);
  document.getElementById("history-position").textContent = position;
}
