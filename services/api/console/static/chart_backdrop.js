// What stands around the lines of a chart on its canvas: limits, marks, what happened, strips of states.
import { shape } from "./chart_draw.js";

const RED = "#b3161b";
const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif';
const STATES = {
  running: { fill: "#cfe8d8", edge: "#17663a" },
  off: { fill: "#fff", edge: RED, hatch: RED },
  rests: { fill: "#fff", edge: "#4a5b68", hatch: "#4a5b68" },
  unknown: { fill: "#eaeff2", edge: "#4a5b68", dots: true },
};
// By what a mark does (its effect), and the time of a case.
const BANDS = {
  invalid: "#4a5b68", furnace_invalid: "#4a5b68", exempt: "#0b5a8a", furnace_exempt: "#0b5a8a", not_judged: "#0b5a8a", case: RED,
};
const BAND = "#6f5a00";
export const ROW = 26;

/** Words with a halo, so that they are read above lines. */
function words(ctx, text, x, y, colour) {
  ctx.lineJoin = "round";
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = "#fff";
  ctx.setLineDash([]);
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

/** Limits of a series: a step where another begins. What is to be said of them is put into `told`. */
export function drawLimits(g, limits, look, scale, told) {
  const { ctx } = g;
  const y = g.scale(scale);
  const named = new Map();
  for (const one of limits) {
    const from = Math.max(g.x(one.since), g.left);
    const to = Math.min(g.x(one.until), g.left + g.width);
    if (to <= from) continue;
    for (const [value, sign] of [[one.high, "≤"], [one.low, "≥"]]) {
      if (value === null) continue;
      const v = y(value);
      const above = v < g.top;
      if (!above && v <= g.top + g.height) {
        ctx.beginPath();
        ctx.moveTo(from, v);
        ctx.lineTo(to, v);
        ctx.setLineDash([12, 3, 2, 3]);
        ctx.lineWidth = 1.5;
        ctx.strokeStyle = look.colour;
        ctx.stroke();
      }
      named.set(`${one.limit}${sign}`, { to, v, colour: look.colour, words: `${sign} ${one.words}${above ? " ↑" : ""}` });
    }
  }
  told.push(...named.values());
}

/** The limits' words, at the right end of each, none above another; what has no room is left out. */
export function sayLimits(g, told) {
  const { ctx } = g;
  const taken = [];
  ctx.font = `11px ${FONT}`;
  ctx.textAlign = "right";
  ctx.textBaseline = "bottom";
  for (const one of [...told].sort((a, b) => a.v - b.v)) {
    const width = ctx.measureText(one.words).width + 4;
    const free = (v) => v >= g.top + 13 && v <= g.top + g.height && !taken.some((other) => Math.abs(other.v - v) < 13 && one.to - width < other.to && other.to - other.width < one.to);
    const near = Math.min(Math.max(one.v - 2, g.top + 14), g.top + g.height);
    const steps = Array.from({ length: 12 }, (_, step) => near - step * 13);
    const v = steps.find(free) ?? steps.map((step) => 2 * near - step).find(free);
    if (v === undefined) continue;
    taken.push({ v, to: one.to, width });
    ctx.fillStyle = "rgb(255 255 255 / .8)";
    ctx.fillRect(one.to - width - 2, v - 13, width, 13);
    words(ctx, one.words, one.to - 4, v, one.colour);
  }
}

function hatched(ctx, x, y, width, height, colour, gap) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  ctx.beginPath();
  for (let at = x - height - ((x - height) % gap); at < x + width; at += gap) {
    ctx.moveTo(at, y + height);
    ctx.lineTo(at + height, y);
  }
  ctx.setLineDash([]);
  ctx.lineWidth = 1;
  ctx.strokeStyle = colour;
  ctx.stroke();
  ctx.restore();
}

/** Stretches behind the lines: marks, and the time of a case; each says at its top what it is. */
export function drawBands(g, bands) {
  const { ctx } = g;
  const rows = [];
  ctx.font = `11px ${FONT}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  for (const one of bands) {
    const from = Math.max(g.x(one.since), g.left);
    const to = Math.max(Math.min(g.x(one.until ?? g.max), g.left + g.width), from + 2);
    if (to < g.left + 1 || from > g.left + g.width) continue;
    const colour = BANDS[one.kind] ?? BAND;
    ctx.globalAlpha = one.kind === "case" ? 0.09 : 0.07;
    ctx.fillStyle = colour;
    ctx.fillRect(from, g.top, to - from, g.height);
    ctx.globalAlpha = 0.22;
    if (one.kind !== "case") hatched(ctx, from, g.top, to - from, g.height, colour, 11);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour;
    if (one.kind === "case") {
      ctx.fillRect(from, g.top, 1.5, g.height);
      if (one.until !== null) ctx.fillRect(to - 1.5, g.top, 1.5, g.height);
    }
    const width = Math.min(ctx.measureText(one.words).width + 8, Math.max(to - from, 150));
    let row = rows.findIndex((end) => end <= from);
    if (row < 0) row = rows.push(0) - 1;
    rows[row] = from + width;
    one.row = row;
    if (row > 3) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(from, g.top, width, g.height);
    ctx.clip();
    words(ctx, one.words, from + 4, g.top + 3 + row * 14, colour);
    ctx.restore();
  }
}

/** What happened at a time: a verdict, a value that was replaced. */
export function drawEvents(g, events) {
  const { ctx } = g;
  ctx.setLineDash([]);
  for (const one of events) {
    const h = g.x(one.time);
    if (h < g.left - 5 || h > g.left + g.width + 5) continue;
    const y = g.scale(one.scale);
    const v = Math.min(Math.max(y(one.value), g.top + 6), g.top + g.height - 6);
    if (one.to !== undefined) {
      ctx.beginPath();
      ctx.moveTo(h, v);
      ctx.lineTo(h, Math.min(Math.max(y(one.to), g.top), g.top + g.height));
      ctx.lineWidth = 1.5;
      ctx.strokeStyle = one.colour;
      ctx.stroke();
    }
    shape(ctx, one.mark, h, one.to === undefined ? v - 9 : v, 11);
    ctx.fillStyle = one.hollow ? "#fff" : one.colour;
    ctx.fill();
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = one.colour;
    ctx.stroke();
  }
}

/** Strips under the axis: when each unit and facility ran, stood, or nobody knows. */
export function drawStrips(g, strips, begin) {
  const { ctx } = g;
  ctx.textBaseline = "top";
  for (const [row, strip] of strips.entries()) {
    const top = begin + row * ROW;
    ctx.font = `11px ${FONT}`;
    ctx.textAlign = "left";
    words(ctx, strip.words, g.left, top, "#16232e");
    for (const one of strip.pieces) {
      const from = Math.max(g.x(one.since), g.left);
      const to = Math.min(g.x(one.until), g.left + g.width);
      if (to <= from) continue;
      const look = (strip.unit && one.state === "off" ? STATES.rests : STATES[one.state]) ?? STATES.unknown;
      ctx.fillStyle = look.fill;
      ctx.fillRect(from, top + 14, to - from, 9);
      if (look.hatch) hatched(ctx, from, top + 14, to - from, 9, look.hatch, 5);
      ctx.setLineDash(look.dots ? [1, 2] : []);
      ctx.lineWidth = 1;
      ctx.strokeStyle = look.edge;
      ctx.strokeRect(from + 0.5, top + 14.5, Math.max(to - from - 1, 0.5), 8);
    }
  }
}
