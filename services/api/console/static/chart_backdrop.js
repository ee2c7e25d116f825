// What stands around the lines of a chart on its canvas: marks, the time of a case, what happened.
import { fitted, hatched, shape, words } from "./chart_shapes.js";

export const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif';
// By what a mark does (its effect), and the time of a case.
const [NOT_USED, EXCUSED, OTHER, CASE] = ["#4a5b68", "#0b5a8a", "#6f5a00", "#b3161b"];
const BANDS = {
  invalid: NOT_USED, furnace_invalid: NOT_USED, exempt: EXCUSED, furnace_exempt: EXCUSED, not_judged: EXCUSED, case: CASE,
};
export const bandColour = (kind) => BANDS[kind] ?? OTHER;
/** A row of words above the plot, of what the stretches behind the lines are. */
export const BAND_ROW = 16;
export const MOST_BAND_ROWS = 3;
const MOST_WORDS = 320;

/** Stretches behind the lines: marks, and the time of a case. */
export function drawBands(g, bands) {
  const { ctx } = g;
  for (const one of bands) {
    const from = Math.max(g.x(one.since), g.left);
    const to = Math.max(Math.min(g.x(one.until ?? g.max), g.left + g.width), from + 2);
    if (to < g.left + 1 || from > g.left + g.width) continue;
    const colour = bandColour(one.kind);
    ctx.fillStyle = colour;
    ctx.globalAlpha = one.kind === "case" ? 0.09 : 0.07;
    ctx.fillRect(from, g.top, to - from, g.height);
    ctx.globalAlpha = 0.22;
    if (one.kind !== "case") hatched(ctx, [from, g.top, to - from, g.height], colour, 11);
    ctx.globalAlpha = 1;
    if (one.kind === "case") edges(g, one, from, to);
  }
}

/** Where a case began and ended; what goes on has no line at its end, but a dashed one. */
function edges(g, { since, open }, from, to) {
  const { ctx } = g;
  if (g.x(since) >= g.left - 1) ctx.fillRect(from, g.top, 1.5, g.height);
  if (to >= g.left + g.width) return;
  ctx.beginPath();
  ctx.moveTo(to - 0.75, g.top);
  ctx.lineTo(to - 0.75, g.top + g.height);
  ctx.setLineDash(open ? [4, 4] : []);
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = ctx.fillStyle;
  ctx.stroke();
}

/** The words of the stretches that are seen, each where it begins, none above another: [{said, from, row, colour}]. */
export function bandWords(ctx, bands, { left, width, min, max, x }) {
  const end = left + width;
  const ends = [];
  ctx.font = `12px ${FONT}`;
  const seen = bands.filter((one) => one.since < max && (one.until ?? max) > min);
  return seen.sort((a, b) => a.since - b.since).map((one) => {
    const said = fitted(ctx, one.words, Math.min(width, MOST_WORDS));
    const wide = ctx.measureText(said).width;
    const from = Math.min(Math.max(x(one.since), left), end - wide);
    let row = ends.findIndex((other) => other <= from);
    if (row < 0) row = ends.length;
    ends[row] = from + wide + 10;
    return { said, from, row, colour: bandColour(one.kind) };
  });
}

/** Above the plot what each stretch is, in as many rows as there are. */
export function sayBands(g, bands, rows) {
  const { ctx } = g;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  for (const { said, from, row, colour } of bandWords(ctx, bands, g))
    if (row < rows) words(ctx, said, from, g.top - 5 - row * BAND_ROW, colour);
}

/** The unit of each axis above it, `above` the plot by so much: the first stands left, the others right. */
export function sayUnits(g, units, above, wide) {
  const { ctx } = g;
  ctx.font = `11px ${FONT}`;
  ctx.textBaseline = "alphabetic";
  for (const [place, unit] of units.entries()) {
    ctx.textAlign = place === 0 ? "right" : "left";
    words(ctx, unit, place === 0 ? g.left - 6 : g.left + g.width + 6 + (place - 1) * wide, g.top - 8 - above, "#4a5b68");
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
