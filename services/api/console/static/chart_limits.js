// Limits on a chart's canvas: a line for each, and what it is beside it, where it covers nothing that was measured.
import { FONT } from "./chart_backdrop.js";
import { words } from "./chart_shapes.js";

const SAYS = `12px ${FONT}`;
const [LINE, TICK, MOST_GUTTER] = [16, 10, 170];
const said = (one, sign) => `${sign} ${one.short}`;
const bounds = (one) => [[one.high, "≤"], [one.low, "≥"]].filter(([value]) => value !== null);

/** How wide the words of the limits are that stand right of the plot; on a narrow screen there is no room for them. */
export function limitGutter(limits, narrow) {
  if (narrow || !limits.length) return 0;
  const ctx = document.createElement("canvas").getContext("2d");
  ctx.font = SAYS;
  const widths = limits.flatMap((one) => bounds(one).map(([, sign]) => ctx.measureText(`${said(one, sign)} ↑`).width));
  return Math.ceil(Math.min(Math.max(...widths), MOST_GUTTER)) + TICK + 6;
}

/** Limits of a series: a step where another begins. What is to be said of them is put into `told`. */
export function drawLimits(g, limits, look, scale, told) {
  const { ctx } = g;
  const y = g.scale(scale);
  const named = new Map();
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = look.colour;
  ctx.setLineDash([12, 3, 2, 3]);
  for (const one of limits) {
    const from = Math.max(g.x(one.since), g.left);
    const to = Math.min(g.x(one.until), g.left + g.width);
    if (to <= from) continue;
    for (const [value, sign] of bounds(one)) {
      const v = y(value);
      const above = v < g.top;
      if (!above && v <= g.top + g.height) {
        ctx.beginPath();
        ctx.moveTo(from, v);
        ctx.lineTo(to, v);
        ctx.stroke();
      }
      named.set(`${one.limit}${sign}${value}`, { to, v: Math.max(v, g.top), colour: look.colour, words: `${said(one, sign)}${above ? " ↑" : ""}` });
    }
  }
  told.push(...[...named.values()].filter((one) => one.v <= g.top + g.height));
}

/** What the limits are: of those that go on to the right end beside the plot, from `beside` on; of others, and where
 * there is no room (`beside` null), above the end of the line. */
export function sayLimits(g, told, beside) {
  const { ctx } = g;
  const end = g.left + g.width - 1;
  const sorted = [...told].sort((a, b) => a.v - b.v);
  ctx.font = SAYS;
  if (beside !== null) sayBeside(g, sorted.filter((one) => one.to >= end), beside);
  sayAbove(g, beside === null ? sorted : sorted.filter((one) => one.to < end));
}

function sayBeside(g, told, left) {
  const { ctx } = g;
  const some = told.slice(0, Math.floor(g.height / LINE));
  const places = some.map((one) => one.v);
  // Down until none touches another, then up until all are within.
  for (let at = 1; at < places.length; at += 1) places[at] = Math.max(places[at], places[at - 1] + LINE);
  let most = g.top + g.height;
  for (let at = places.length - 1; at >= 0; at -= 1) {
    places[at] = Math.min(places[at], most);
    most = places[at] - LINE;
  }
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.setLineDash([]);
  ctx.lineWidth = 1;
  for (const [at, one] of some.entries()) {
    ctx.strokeStyle = one.colour;
    ctx.fillStyle = one.colour;
    ctx.beginPath();
    ctx.moveTo(left, one.v);
    ctx.lineTo(left + TICK, places[at]);
    ctx.stroke();
    ctx.fillText(one.words, left + TICK + 3, places[at], MOST_GUTTER);
  }
}

function sayAbove(g, told) {
  const { ctx } = g;
  const taken = [];
  ctx.textAlign = "right";
  ctx.textBaseline = "alphabetic";
  for (const one of told) {
    const width = ctx.measureText(one.words).width + 8;
    const free = (v) => v >= g.top + LINE && v <= g.top + g.height && !taken.some((other) => Math.abs(other.v - v) < LINE && one.to - width < other.to && other.to - other.width < one.to);
    const near = Math.min(Math.max(one.v - 5, g.top + LINE), g.top + g.height);
    const v = [near, one.v + 14, near - LINE, near + LINE, near - 2 * LINE].find(free);
    if (v === undefined) continue;
    taken.push({ v, to: one.to, width });
    words(ctx, one.words, one.to - 4, v, one.colour);
  }
}
