// The numbers of a chart as a table: for whoever does not see it, and for copying.
import { t } from "./console.js";
import { made, told } from "./chart_parts.js";
import { placeOf } from "./chart_draw.js";
import { figure, unitWords } from "./chart_words.js";
import { text } from "./chart_time.js";

const MOST = 500;

/** Rows of all series by time within a view: [[time, [place or -1 of each series]]], at most `most`. */
export function rowsOf(series, { since, until }, most = MOST) {
  const rows = new Map();
  let more = false;
  for (const [column, one] of series.entries()) {
    let taken = 0;
    for (let place = placeOf(one.time, since); place < one.time.length && one.time[place] < until; place += 1) {
      taken += 1;
      if (taken > most) { more = true; break; }
      const time = one.time[place];
      if (!rows.has(time)) rows.set(time, series.map(() => -1));
      rows.get(time)[column] = place;
    }
  }
  const sorted = [...rows].sort((one, other) => one[0] - other[0]);
  return { rows: sorted.slice(0, most), more: more || sorted.length > most };
}

export function tableOf(chart) {
  const details = made("details", "chart-table");
  const scroll = made("div", "scroll", { tabindex: "0", role: "region", "aria-label": t("数据表", "table of the numbers") });
  details.append(told("summary", t("数据表（与图相同的数值）", "Table of the same numbers")), scroll);
  const fill = () => {
    if (!details.open) return;
    const { series } = chart.model;
    const { rows, more } = rowsOf(series, chart.view);
    const table = made("table");
    table.append(told("caption", `${chart.range.textContent}${more ? t(`（只列前 ${MOST} 行，请放大或导出）`, ` (the first ${MOST} rows: zoom in, or export)`) : ""}`));
    const head = table.createTHead().insertRow();
    head.append(told("th", t("北京时间", "Beijing time"), "", { scope: "col" }));
    for (const one of series) {
      const unit = unitWords(one.unit);
      head.append(told("th", `${one.words}${unit ? ` (${unit})` : ""}`, "number", { scope: "col" }), told("th", t("有效性", "validity"), "", { scope: "col" }));
    }
    const body = table.createTBody();
    for (const [time, places] of rows) {
      const row = body.insertRow();
      row.append(told("th", text(time, "second"), "", { scope: "row" }));
      for (const [column, place] of places.entries()) {
        const one = series[column];
        row.append(told("td", place < 0 ? "" : figure(one.value[place]), "number"), told("td", place < 0 ? "" : one.validity(place)));
      }
    }
    scroll.replaceChildren(rows.length ? table : told("p", t("所示时段没有数据。", "There is no data in this range."), "empty"));
  };
  details.addEventListener("toggle", fill);
  return { details, stale: fill };
}
