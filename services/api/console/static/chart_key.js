// How to read a chart: each sign that is drawn in what is looked at, as it is drawn, with what it means.
import { t } from "./console.js";
import { bandColour } from "./chart_backdrop.js";
import { placeOf } from "./chart_draw.js";
import { made } from "./chart_parts.js";
import { outline } from "./chart_shapes.js";
import { STATES, stateOf } from "./chart_strips.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, MIDDLE] = [28, 14, 7];
const MOST_LIMITS = 3;
/** What is shorter than this part of a view is nothing but an edge. */
const LEAST = 400;

/** A picture of so many shapes: [[name, attributes]]. */
function sample(...shapes) {
  const drawn = (name, attributes) => {
    const one = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    return one;
  };
  const svg = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, "aria-hidden": "true", focusable: "false" });
  svg.append(...shapes.map(([name, attributes]) => drawn(name, attributes)));
  return svg;
}

const line = (look, more = {}) => ["path", { d: `M0 ${MIDDLE}h${WIDTH}`, fill: "none", stroke: look.colour, "stroke-width": 1.75, ...more }];
const mark = (look, kind, hollow, x = WIDTH / 2, y = MIDDLE, size = 8) =>
  ["path", { d: outline(kind, x, y, size), fill: hollow ? "#fff" : look.colour, stroke: look.colour, "stroke-width": 1.5 }];
const dots = (look) => line(look, { "stroke-width": 1, "stroke-dasharray": "1.5 3" });
const box = (fill, edge, more = {}) => ["rect", { x: 0.5, y: 1.5, width: WIDTH - 1, height: 11, fill, stroke: edge, ...more }];

function hatch(colour, gap, more = {}) {
  let d = "";
  for (let at = 1; at < WIDTH - 1; at += gap) d += `M${Math.max(at - 10, 1)} ${Math.min(at + 1, 12)}L${at} 2`;
  return ["path", { d, fill: "none", stroke: colour, ...more }];
}

/** Which signs a series has between two times: {valid, not, part, step, gap, beyond}. */
export function signsOf(series, { since, until }, [low, high]) {
  const { time, value, ok, gap, step } = series;
  const found = { valid: false, not: false, part: false, step: false, gap: false, beyond: false };
  const end = placeOf(time, until);
  let before = NaN;
  for (let place = placeOf(time, since); place < end; place += 1) {
    const one = value[place];
    if (time[place] - before > gap || one !== one) found.gap = true;
    before = time[place];
    if (one !== one) continue;
    if (ok[place] === 1) found.valid = true;
    else found[ok[place] === 0 ? "not" : "part"] = true;
    if (one < low || one > high) found.beyond = true;
    if (step) found.step = true;
  }
  return found;
}

/** What all the shown series of a chart have, each with the look of the first that has it. */
function linesOf(chart) {
  const looks = {};
  for (const one of chart.model.series) {
    if (chart.hidden.has(one.key)) continue;
    const signs = signsOf(one, chart.view, chart.heights[chart.units.indexOf(one.unit ?? "")]);
    for (const [name, has] of Object.entries(signs)) if (has) looks[name] ??= chart.looks.get(one.key);
  }
  const { valid, not, part, step, gap, beyond } = looks;
  const hollow = not ?? part;
  return [
    valid && [t("实心：有效值", "filled: valid"), line(valid, { "stroke-dasharray": valid.dash.join(" ") || "none" }), mark(valid, valid.mark)],
    hollow && [
      part ? t("空心：无效、带标识，或区间内含无效值", "hollow: not valid, flagged, or in part") : t("空心：无效或带标识的值", "hollow: not valid, or flagged"),
      dots(hollow), mark(hollow, hollow.mark, true),
    ],
    beyond && [
      t("箭头和数字：超出纵轴，数字为同处最远值", "arrow and number: beyond the axis, the farthest there"),
      ["path", { d: "M14 13V2M9.5 7.5 14 2l4.5 5.5", fill: "none", stroke: beyond.colour, "stroke-width": 1.75 }],
    ],
    step && [t("横线：一个时段的均值", "level line: mean of a period"), ["path", { d: "M0 10h14V4h14", fill: "none", stroke: step.colour, "stroke-width": 1.75 }], mark(step, step.mark, false, 21, 4, 5)],
    gap && [t("断开：无数据", "gap: no data"), ["path", { d: `M0 ${MIDDLE}h9M19 ${MIDDLE}h9`, fill: "none", stroke: gap.colour, "stroke-width": 1.75 }]],
  ];
}

function limitsOf(chart) {
  const { since, until } = chart.view;
  const seen = chart.model.limits.filter((one) => !chart.hidden.has(one.key) && one.since < until && one.until > since);
  if (!seen.length) return [];
  const words = [...new Set(seen.map((one) => `${one.high === null ? "≥" : "≤"} ${one.words}`))];
  const told = words.length > MOST_LIMITS || chart.model.series.length > 2 ? "" : ` ${words.join(t("；", "; "))}`;
  return [[`${t("点划线：限值", "dash and dot: limit")}${told}`, line(chart.looks.get(seen[0].key), { "stroke-width": 1.5, "stroke-dasharray": "12 3 2 3" })]];
}

/** What happened, each kind once. */
function eventsOf(chart) {
  const { since, until } = chart.view;
  const kinds = new Map();
  for (const one of chart.model.events)
    if (one.time >= since && one.time < until && !chart.hidden.has(one.key)) kinds.set(one.words, one);
  return [...kinds].map(([words, one]) => [words, mark(one, one.mark, one.hollow, WIDTH / 2, MIDDLE, 10)]);
}

const MARKS = () => ({
  "#4a5b68": t("标记时段：数据不参与判定", "marked: the data are not used"), "#0b5a8a": t("标记时段：不判定或可豁免", "marked: not judged, or excused"),
  "#6f5a00": t("标记时段：仅作说明，或效力未定", "marked: a note alone, or not settled"),
});

function bandsOf(chart) {
  const { since, until } = chart.view;
  const kinds = new Map();
  for (const one of chart.model.bands) {
    if (one.since >= until || (one.until ?? Infinity) <= since) continue;
    const colour = bandColour(one.kind);
    if (one.kind === "case") kinds.set("case", [one.words, box(colour, "none", { "fill-opacity": 0.12 }), ["path", { d: `M1 1v12${one.open ? "" : "M27 1v12"}`, stroke: colour, "stroke-width": 1.5 }]]);
    else kinds.set(colour, [MARKS()[colour], box(colour, "none", { "fill-opacity": 0.09 }), hatch(colour, 6, { "stroke-opacity": 0.4 })]);
  }
  return [...kinds.values()];
}

function stripsOf(chart) {
  const { since, until } = chart.view;
  const seen = new Set();
  const least = (until - since) / LEAST;
  for (const strip of chart.model.strips)
    for (const one of strip.pieces) if (Math.min(one.until, until) - Math.max(one.since, since) > least) seen.add(stateOf(strip, one));
  const words = { running: t("设施运行", "running"), off: t("治理设施停运", "facility stopped"), rests: t("生产设施停产", "unit at rest"), unknown: t("运行状态未知", "state not known") };
  return Object.keys(words).filter((state) => seen.has(state)).map((state) => {
    const { fill, edge, hatch: colour, dots: dotted } = STATES[state];
    return [words[state], box(fill, edge, dotted ? { "stroke-dasharray": "1 2" } : {}), ...(colour ? [hatch(colour, 5)] : [])];
  });
}

/** The list under a chart. It never becomes lower than it was, so that nothing below it jumps. */
export class Key {
  constructor(chart) {
    this.chart = chart;
    this.list = made("ul", "chart-key", { "aria-label": t("图例", "How to read it") });
  }

  show() {
    const { chart } = this;
    const entries = [...linesOf(chart), ...limitsOf(chart), ...eventsOf(chart), ...bandsOf(chart), ...stripsOf(chart)].filter(Boolean);
    const said = JSON.stringify(entries);
    if (said === this.said) return;
    this.said = said;
    this.list.replaceChildren(...entries.map(([words, ...shapes]) => {
      const item = made("li");
      item.append(sample(...shapes), words);
      return item;
    }));
    this.list.style.minHeight = `${this.list.offsetHeight}px`;
  }
}
