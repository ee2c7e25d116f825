// Lanes under the axis of a chart: when each unit and facility ran, stood, or nobody knows.
import { FONT } from "./chart_backdrop.js";
import { fitted, hatched, words } from "./chart_shapes.js";

const [RED, GREY, GREEN] = ["#b3161b", "#4a5b68", "#17663a"];
export const STATES = {
  running: { fill: "#cfe8d8", edge: GREEN },
  off: { fill: "#fff", edge: RED, hatch: RED },
  rests: { fill: "#fff", edge: GREY, hatch: GREY },
  unknown: { fill: "#eaeff2", edge: GREY, dots: true },
};
const MOST_NAME = 160;
const NAMES = `12px ${FONT}`;

/** A unit that stands rests; a facility that stands is missed. */
export const stateOf = (strip, { state }) => (strip.unit && state === "off" ? "rests" : STATES[state] ? state : "unknown");

/** Where names and bars are: beside each other where there is room, else each name close above its bar. */
export function lanesOf(strips, narrow) {
  if (!strips.length) return { row: 0, height: 0, gutter: 0 };
  const row = narrow ? 34 : 22;
  return { row, height: strips.length * row + 6, gutter: narrow ? 0 : gutterOf(strips), bar: narrow ? [17, 11] : [4, 14], narrow };
}

function gutterOf(strips) {
  const ctx = document.createElement("canvas").getContext("2d");
  ctx.font = NAMES;
  return Math.min(Math.max(...strips.map((one) => ctx.measureText(one.words).width)), MOST_NAME) + 10;
}

export function drawStrips(g, strips, lanes, begin) {
  const { ctx } = g;
  if (!strips.length) return;
  ctx.font = NAMES;
  ctx.textBaseline = "middle";
  ctx.textAlign = lanes.narrow ? "left" : "right";
  for (const [row, strip] of strips.entries()) {
    const top = begin + row * lanes.row;
    const [below, height] = lanes.bar;
    const said = fitted(ctx, strip.words, lanes.narrow ? g.width : MOST_NAME);
    if (lanes.narrow) words(ctx, said, g.left, top + 9, "#16232e");
    else words(ctx, said, g.left - 8, top + below + height / 2 + 0.5, "#16232e");
    for (const one of strip.pieces) {
      const from = Math.max(g.x(one.since), g.left);
      const to = Math.min(g.x(one.until), g.left + g.width);
      if (to - from < 0.5) continue;
      const look = STATES[stateOf(strip, one)];
      ctx.fillStyle = look.fill;
      ctx.fillRect(from, top + below, to - from, height);
      if (look.hatch) hatched(ctx, [from, top + below, to - from, height], look.hatch, 5);
      ctx.setLineDash(look.dots ? [1, 2] : []);
      ctx.lineWidth = 1;
      ctx.strokeStyle = look.edge;
      ctx.strokeRect(from + 0.5, top + below + 0.5, Math.max(to - from - 1, 0.5), height - 1);
    }
  }
}
