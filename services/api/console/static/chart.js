// A chart of the console: uPlot's axes, cursor and canvas, our own lines (chart_draw.js), in Beijing time.
// It knows no address. `show(model)`: {series, limits, bands, strips, events}, times in seconds since 1970:
//   series: [{key, words, unit, time, value, ok, span, gap, step, validity(place)}]  (chart_draw.js)
//   limits: [{key, limit, since, until, high, low, words, short}], bands: [{kind, since, until, open, words}]
//   strips: [{words, pieces: [{since, until, state, words}]}], events: [{key, time, value, to, mark, colour, words}]
import { t } from "./console.js";
import { BAND_ROW, MOST_BAND_ROWS, bandWords, drawBands, drawEvents, sayBands, sayUnits } from "./chart_backdrop.js";
import { LOOKS, drawBeyond, drawSeries, extremes, surface, within } from "./chart_draw.js";
import { Key } from "./chart_key.js";
import { drawLimits, limitGutter, sayLimits } from "./chart_limits.js";
import { made, swatch } from "./chart_parts.js";
import { figure, unitWords } from "./chart_words.js";
import { newestIn, recordAt } from "./chart_read.js";
import { heightsOf } from "./chart_scale.js";
import { drawStrips, lanesOf } from "./chart_strips.js";
import { tableOf } from "./chart_table.js";
import { labels, span, splits, text } from "./chart_time.js";
import { steer } from "./chart_steer.js";

export const MOST_UNITS = 3;
const LEAST_S = 10;
const MOST_S = 7390 * 86400;
const HEIGHT = 320;
const NARROW = 600;
const UNIT_ROW = 14;
const POINT = () => t("指向曲线以读数；现为所示时段最后的值", "point at the chart to read it; now the last values seen");

export class Chart {
  /** In an element, which it fills. `onView(view)`: another range is looked at (`{since, until}`, seconds). */
  constructor(place, { name = t("曲线", "chart"), home, onView = () => {}, table = true } = {}) {
    this.name = name;
    this.home = home;
    this.view = { ...home };
    this.onView = onView;
    this.hidden = new Set();
    this.model = { series: [], limits: [], bands: [], strips: [], events: [] };
    this.units = [];
    this.heights = [];
    this.rows = 0;
    this.build(place, table);
    steer(this);
    new ResizeObserver(() => this.fit()).observe(this.plot);
  }

  build(place, table) {
    const keys = t("左右键平移，＋－缩放，Home 看全部", "arrow keys pan, + and - zoom, Home shows all");
    this.range = made("output", "chart-range");
    this.tools = made("div", "chart-tools no-print");
    this.plot = made("div", "chart-plot", { tabindex: "0", role: "group", "aria-label": `${this.name}: ${keys}` });
    this.canvas = made("div", "chart-canvas", { role: "img", "aria-label": this.name });
    this.plot.append(this.canvas);
    this.key = new Key(this);
    this.note = made("p", "chart-note");
    this.legend = made("ul", "chart-legend");
    this.cursor = made("p", "chart-time");
    this.cursor.textContent = POINT();
    const figureOf = made("figure", "chart");
    figureOf.append(this.tools, this.cursor, this.legend, this.plot, this.key.list, this.note);
    if (table) figureOf.append((this.table = tableOf(this)).details);
    place.replaceChildren(figureOf);
  }

  /** Show other data; the range looked at stays unless `view` says another. */
  show(model, view) {
    const limits = model.limits ?? [];
    this.units = [...new Set(model.series.map((one) => one.unit ?? ""))].slice(0, MOST_UNITS);
    const series = model.series.filter((one) => this.units.includes(one.unit ?? ""));
    const looks = new Map(series.map((one, place) => [one.key, LOOKS[place % LOOKS.length]]));
    for (const one of series) one.scale = `y${this.units.indexOf(one.unit ?? "")}`;
    this.looks = looks;
    this.model = { bands: [], strips: [], events: [], ...model, series, limits };
    if (view) this.view = this.fitting(view);
    this.frame();
    this.drawLegend();
    this.changed();
  }

  /** The frame is built again only when its axes or its height are others. */
  frame() {
    const { limits, strips } = this.model;
    this.narrow = this.canvas.clientWidth < NARROW;
    // Once there is room for words it stays, so that the plot does not jump.
    this.rows = Math.max(this.rows, this.rowsOfBands());
    this.lanes = lanesOf(strips, this.narrow);
    this.gutter = limitGutter(limits, this.narrow);
    const key = JSON.stringify([this.units, this.rows, this.lanes, this.gutter, this.narrow]);
    if (this.u && key === this.framed) return this.put();
    this.framed = key;
    this.u?.destroy();
    this.u = new window.uPlot(this.options(), [[this.view.since, this.view.until], ...this.units.map(() => [null, null])], this.canvas);
    this.bound?.();
    this.put();
    return undefined;
  }

  rowsOfBands() {
    const width = this.canvas.clientWidth - 100;
    const { since: min, until: max } = this.view;
    const placed = bandWords(document.createElement("canvas").getContext("2d"), this.model.bands, { left: 0, width, min, max, x: (time) => ((time - min) / (max - min)) * width });
    return Math.min(Math.max(-1, ...placed.map((one) => one.row)) + 1, MOST_BAND_ROWS);
  }

  size() {
    return { width: Math.max(this.canvas.clientWidth, 200), height: HEIGHT + this.rows * BAND_ROW + (this.narrow ? UNIT_ROW : 0) + this.lanes.height };
  }

  fit() {
    if (!this.u) return;
    if (this.canvas.clientWidth < NARROW !== this.narrow) {
      this.key.list.style.minHeight = "";
      this.frame();
    }
    const { width, height } = this.size();
    if (this.u.width !== width || this.u.height !== height) this.u.setSize({ width, height });
  }

  options() {
    const { narrow, lanes } = this;
    // On a narrow screen the units stand above the axes, not beside them.
    const [first, label] = narrow ? [42, 0] : [58, 18];
    this.axes = first + label;
    const axis = { stroke: "#4a5b68", font: "12px system-ui, sans-serif", grid: { stroke: "#e3e9ed", width: 1 }, ticks: { stroke: "#c9d3da", width: 1, size: 5 } };
    const side = (unit, place) => ({
      ...axis, scale: `y${place}`, side: place === 0 ? 3 : 1, size: first, label: narrow ? null : unitWords(unit) || " ", labelSize: label,
      labelFont: "12px system-ui, sans-serif", grid: { ...axis.grid, show: place === 0 }, values: (_, ticks) => ticks.map(figure),
    });
    const time = {
      ...axis, size: 46, splits: (u, _, since, until) => splits(since, until, Math.max(Math.floor(u.bbox.width / devicePixelRatio / (narrow ? 54 : 74)), 3)),
      values: (_, ticks) => labels(ticks),
    };
    return {
      ...this.size(), padding: [Math.max(this.rows * BAND_ROW + 4, 16) + (narrow ? UNIT_ROW : 0), this.gutter || (narrow ? 12 : 24), lanes.height + 4, Math.max(lanes.gutter - first - label, 0)],
      legend: { show: false }, focus: { alpha: 1 },
      scales: { x: { time: false, auto: false }, ...Object.fromEntries(this.units.map((_, place) => [`y${place}`, { auto: false, range: (u, low, high) => [low, high] }])) },
      axes: [time, ...this.units.map(side)],
      series: [{}, ...this.units.map((_, place) => ({ scale: `y${place}`, show: true, points: { show: false } }))],
      cursor: { points: { show: false }, y: false, drag: { x: true, y: false, setScale: false }, bind: { dblclick: () => null, mousedown: (u, _, act) => (event) => this.pressed(event, act) } },
      hooks: {
        drawClear: [(u) => this.paint(u, (g) => within(g, () => drawBands(g, this.model.bands)))],
        draw: [(u) => this.paint(u, (g) => this.drawLines(g))],
        setCursor: [(u) => this.read(u)],
        setSelect: [(u) => this.selected(u)],
      },
    };
  }

  /** What is pressed with Shift, or while panning is chosen, pans; else uPlot selects. */
  pressed(event, act) {
    if (event.shiftKey || this.panning) this.grab?.(event);
    else act(event);
  }

  selected(u) {
    const { left, width } = u.select;
    if (width > 4) this.look(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
    u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  }

  paint(u, act) {
    const ratio = u.ctx.canvas.width / u.width;
    u.ctx.save();
    u.ctx.scale(ratio, ratio);
    act(surface(u, ratio));
    u.ctx.restore();
  }

  drawLines(g) {
    const { series, limits, bands, events, strips } = this.model;
    const shown = series.filter((one) => !this.hidden.has(one.key));
    const told = [];
    const beyond = { up: [], down: [] };
    within(g, () => {
      for (const one of shown) drawLimits(g, limits.filter((limit) => limit.key === one.key), this.looks.get(one.key), one.scale, told);
      for (const one of shown) drawSeries(g, one, this.looks.get(one.key), { moving: this.moving, beyond });
      const scales = new Map(shown.map((one) => [one.key, one.scale]));
      drawEvents(g, events.filter((one) => scales.has(one.key)).map((one) => ({ ...one, scale: scales.get(one.key) })));
      drawBeyond(g, beyond);
    });
    sayLimits(g, told, this.gutter ? g.left + g.width + Math.max(this.units.length - 1, 0) * this.axes + 4 : null);
    sayBands(g, bands, this.rows);
    if (this.narrow) sayUnits(g, this.units.map(unitWords), this.rows * BAND_ROW, this.axes);
    drawStrips(g, strips, this.lanes, g.top + g.height + 52);
  }

  /** Look at another range. Whoever listens is told when it rests. */
  look(since, until) {
    this.view = this.fitting({ since, until });
    this.moving = true;
    this.put();
    clearTimeout(this.rests);
    this.rests = setTimeout(() => {
      this.moving = false;
      this.u?.redraw(false);
      this.changed();
    }, 250);
  }

  /** By a share of what is seen: 0.5 pans half a view to later times. */
  pan(share) {
    const by = (this.view.until - this.view.since) * share;
    this.look(this.view.since + by, this.view.until + by);
  }

  /** By a factor (below 1: nearer), around a time; absent: the middle. */
  zoom(factor, around = (this.view.since + this.view.until) / 2) {
    const { since, until } = this.view;
    this.look(around - (around - since) * factor, around + (until - around) * factor);
  }

  reset() {
    this.look(this.home.since, this.home.until);
  }

  fitting({ since, until }) {
    const length = Math.min(Math.max(until - since, LEAST_S), MOST_S);
    const middle = (since + until) / 2;
    return { since: middle - length / 2, until: middle + length / 2 };
  }

  changed() {
    const { since, until } = this.view;
    this.range.textContent = `${text(since, until - since < 600 ? "second" : "minute")} – ${text(until, until - since < 600 ? "second" : "minute")} · ${span(until - since, t)}`;
    this.canvas.setAttribute("aria-label", this.summary());
    this.key.show();
    this.table?.stale();
    this.onView(this.view);
  }

  put() {
    const { u, view } = this;
    if (!u) return;
    u.batch(() => {
      u.setScale("x", { min: view.since, max: view.until });
      for (const place of this.units.keys()) {
        const own = this.model.series.filter((one) => one.scale === `y${place}` && !this.hidden.has(one.key));
        const [min, max] = (this.heights[place] = heightsOf(own, this.model.limits, view));
        u.setScale(`y${place}`, { min, max });
      }
    });
  }

  drawLegend() {
    this.legend.replaceChildren(...this.model.series.map((one) => this.entry(one)));
    this.read(this.u);
  }

  entry(series) {
    const item = made("li");
    const shown = !this.hidden.has(series.key);
    const button = made("button", "plain chart-name", { type: "button", "aria-pressed": String(shown), title: t("显示或隐藏", "show or hide") });
    button.append(swatch(this.looks.get(series.key)), series.words);
    button.addEventListener("click", () => {
      if (!this.hidden.delete(series.key)) this.hidden.add(series.key);
      button.setAttribute("aria-pressed", String(!this.hidden.has(series.key)));
      this.put();
      this.u.redraw();
      this.key.show();
    });
    const value = made("span", "chart-value");
    item.append(button, value);
    series.told = value;
    return item;
  }

  /** Write what every series is at the cursor; without one, the newest that is seen. */
  read(u) {
    const left = u?.cursor.left ?? -1;
    const pointed = left >= 0;
    const time = pointed ? u.posToVal(left, "x") : null;
    this.cursor.textContent = pointed
      ? [text(time, "second"), ...this.standing(time)].join(" · ")
      : POINT();
    for (const one of this.model.series) {
      if (!one.told) continue;
      const place = pointed ? recordAt(one, time, this.view) : newestIn(one, this.view);
      one.told.textContent = place < 0 ? "—" : this.reading(one, place);
    }
  }

  reading(series, place) {
    const value = series.value[place];
    const number = value === value ? `${figure(value)} ${unitWords(series.unit)}`.trim() : t("无值", "no value");
    return `${number} · ${series.validity(place)}`;
  }

  /** What holds at a time beside numbers: marks, and which facilities did not run. */
  standing(time) {
    const holds = (one) => one.since <= time && time < (one.until ?? Infinity);
    return [
      ...this.model.bands.filter(holds).map((one) => one.words),
      ...this.model.strips.flatMap((strip) => strip.pieces.filter((one) => holds(one) && one.state !== "running").map((one) => `${strip.words} ${one.words}`)),
    ].slice(0, 4);
  }

  summary() {
    const { since, until } = this.view;
    const lines = this.model.series.map((one) => {
      const found = extremes(one, since, until);
      const unit = unitWords(one.unit);
      return found ? `${one.words} ${figure(found[0])} – ${figure(found[1])} ${unit}` : `${one.words} ${t("无数据", "no data")}`;
    });
    const events = this.model.events.filter((one) => one.time >= since && one.time < until).length;
    const told = events ? t(`${events} 处标注`, `${events} things marked`) : "";
    return [`${this.name} ${text(since)} – ${text(until)}`, ...lines, told].filter(Boolean).join("; ");
  }
}
