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

function verdicts({ events, more, period }, view) {
  const shown = seen(events, view);
  const heads = [t("时段", "period"), t("监测点", "point"), t("判定", "verdict"), t("数值", "value"), t("超标倍数", "times over"), t("依据", "evidence")];
  table("verdicts", heads, shown, more, t(`所示时段没有超标或豁免的${period === "hour" ? "小时" : period === "day" ? "日" : "月"}。`, `No ${period} of this range was over a limit or excused.`), (one) => {
    const evidence = made("td", "", { "data-label": heads[5] });
    const link = told("a", t("证据", "evidence"), "", { href: `/console/verdicts/${one.id}`, "aria-label": t(`${text(one.start)} ${one.point.name} 的证据`, `evidence of ${text(one.start)} ${one.point.name}`) });
    evidence.append(link);
    const verdict = cell("", heads[2]);
    const tags = made("span");
    tags.append(told("span", one.words, `status ${one.outcome === "exceeding_at_least" ? "exceeding" : one.outcome}`));
    if (!one.sure) tags.append(" ", told("abbr", t("未核实", "unverified"), "unsure", { title: t("依据未经核实，见证据", "It rests on what was not verified: see the evidence") }));
    if (one.stage !== "closed") tags.append(" ", told("span", stageWords(one.stage), `stage ${one.stage}`));
    verdict.append(tags);
    return [
      cell(text(one.start, period === "hour" ? "minute" : "day"), heads[0]), cell(`${one.point.subject} ${one.point.name}`, heads[1]), verdict,
      cell(withUnit(one.value, one.point), heads[3], "number"), cell(one.multiple === null ? "—" : one.multiple.toFixed(2), heads[4], "number"), evidence,
    ];
  });
}

function revisions({ events, more }, view, source) {
  const shown = seen(events, view);
  const then = Boolean(source.asOf);
  const heads = [t("时间", "time"), t("监测点", "point"), then ? t("截至当时", "as known then") : t("原值", "was"), then ? t("现在", "now") : t("现值", "is"), ...(then ? [] : [t("标记", "flags")])];
  const none = then ? t("所示数据此后没有变化。", "Nothing of what is shown has changed since.") : t("所示时段没有修订过的数据。", "No value of this range was replaced.");
  table("revisions", heads, shown, more, none, (one) => [
    cell(text(one.start, "second"), heads[0]), cell(`${one.point.subject} ${one.point.name}`, heads[1]),
    cell(withUnit(one.was, one.point), heads[2], "number"), cell(withUnit(one.now, one.point), heads[3], "number"),
    ...(then ? [] : [cell(one.flags.map((flag) => flag ?? "—").join(" → "), heads[4])]),
  ]);
}

/** One of the tables; what does not fit is said. */
function table(name, heads, rows, more, none, cells) {
  const place = document.getElementById(`history-${name}`);
  document.getElementById(`history-${name}-count`).textContent = `${rows.length}${more ? "+" : ""}`;
  if (!rows.length) {
    place.replaceChildren(told("p", none, "faint"));
    return;
  }
  const grid = made("table", "folds");
  const head = grid.createTHead().insertRow();
  const numbers = name === "verdicts" ? [3, 4] : [2, 3];
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
