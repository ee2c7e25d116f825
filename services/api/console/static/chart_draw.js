// The lines of a chart on uPlot's canvas; what stands around them is in chart_backdrop.js. It knows no page.
// A series is {time, value, ok, span, gap, step, ...}: sorted typed arrays; ok is 0 not valid, 1 valid,
// 2 a stretch with both. It is never joined across what is missing.
import { shape, words } from "./chart_shapes.js";
import { figure } from "./chart_words.js";

export const LOOKS = [
  { colour: "#0b5a8a", dash: [], mark: "circle" },
  { colour: "#9a4a00", dash: [9, 4], mark: "square" },
  { colour: "#17663a", dash: [9, 3, 2, 3], mark: "triangle" },
  { colour: "#7a1f8f", dash: [5, 3], mark: "diamond" },
  { colour: "#8a0f4e", dash: [14, 4], mark: "cross" },
  { colour: "#4b5320", dash: [14, 3, 3, 3], mark: "down" },
  { colour: "#1f3a93", dash: [3, 3], mark: "plus" },
  { colour: "#37474f", dash: [10, 3, 2, 3, 2, 3], mark: "star" },
];
const CHUNK = 64;
const NUMBERS = "600 12px system-ui, sans-serif";

/** The first place whose time is not before `time`. */
export function placeOf(times, time) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The least and the greatest of what is shown between two times; null: nothing is. `sound`: not of what is
 * not valid; `[low, high]`: not of what lies without. */
export function extremes(series, since, until, { sound = false, bounds: [least, most] = [-Infinity, Infinity] } = {}) {
  const { time, value, ok } = series;
  const end = Math.min(placeOf(time, until) + 1, time.length);
  let low = Infinity;
  let high = -Infinity;
  for (let place = Math.max(placeOf(time, since) - 1, 0); place < end; place += 1) {
    const one = value[place];
    if ((sound && ok[place] === 0) || one < least || one > most) continue;
    if (one < low) low = one;
    if (one > high) high = one;
  }
  return low > high ? null : [low, high];
}

/** A drawing surface in pixels of the page: {ctx, left, top, width, height, x(time), y(series, value)}. */
export function surface(u, ratio) {
  const { ctx, bbox } = u;
  const [left, top, width, height] = [bbox.left, bbox.top, bbox.width, bbox.height].map((one) => one / ratio);
  const { min, max } = u.scales.x;
  const per = width / (max - min);
  return {
    ctx, left, top, width, height, min, max,
    x: (time) => left + (time - min) * per,
    scale(key) {
      const { min: low, max: high } = u.scales[key];
      const by = height / (high - low);
      return (value) => top + height - (value - low) * by;
    },
  };
}

export function within(g, act) {
  const { ctx } = g;
  ctx.save();
  ctx.beginPath();
  ctx.rect(g.left, g.top - 1, g.width, g.height + 2);
  ctx.clip();
  act();
  ctx.restore();
}

/** A line's path: of what is valid, or (`valid` false) of what is not. However many there are of a
 * pixel, its least and greatest are drawn. */
function path(g, series, y, valid) {
  const { ctx, x } = g;
  const { time, value, ok, span, gap, step } = series;
  const end = Math.min(placeOf(time, g.max) + 1, time.length);
  let open = false;
  let column = 0, low = 0, high = 0, last = 0, before = 0, drawn = 0;
  const flush = () => {
    if (!open) return;
    if (low !== high) {
      ctx.lineTo(column, low);
      ctx.lineTo(column, high);
      ctx.lineTo(column, last);
    }
  };
  const close = () => {
    flush();
    if (open && step) ctx.lineTo(x(before + span), last);
    open = false;
  };
  ctx.beginPath();
  for (let place = Math.max(placeOf(time, g.min) - 1, 0); place < end; place += 1) {
    const one = value[place];
    if (one !== one || (ok[place] === 0) === valid) { close(); continue; }
    const at = time[place];
    if (open && at - before > gap) close();
    const h = x(at);
    const v = y(one);
    const pixel = Math.round(h);
    if (!open) {
      ctx.moveTo(h, v);
      open = true;
      column = pixel;
      low = high = v;
    } else if (pixel === column) {
      if (v < low) low = v;
      if (v > high) high = v;
    } else {
      flush();
      if (step) ctx.lineTo(h, last);
      ctx.lineTo(h, v);
      column = pixel;
      low = high = v;
      drawn += 1;
      // Long paths that cross themselves take much longer than many short ones.
      if (drawn % CHUNK === 0) {
        ctx.stroke();
        ctx.beginPath();
        ctx.moveTo(h, v);
      }
    }
    last = v;
    before = at;
  }
  close();
  ctx.stroke();
}

/** Where there are more records than pixels: each column of them from its least to its greatest, and so that
 * it meets the one before unless there is a gap. */
function columns(g, series, y, valid) {
  const { ctx, x } = g;
  const { time, value, ok, gap } = series;
  const end = Math.min(placeOf(time, g.max) + 1, time.length);
  let column = NaN, low = 0, high = 0, before = -Infinity, joinLow = NaN, joinHigh = NaN;
  const flush = () => {
    if (column !== column) return;
    const from = joinLow === joinLow ? Math.min(low, joinHigh) : low;
    const to = joinLow === joinLow ? Math.max(high, joinLow) : high;
    ctx.fillRect(column, from - 0.5, 1, to - from + 1);
    joinLow = low;
    joinHigh = high;
    column = NaN;
  };
  for (let place = Math.max(placeOf(time, g.min) - 1, 0); place < end; place += 1) {
    const one = value[place];
    const at = time[place];
    if (one !== one || (ok[place] === 0) === valid || at - before > gap) {
      flush();
      joinLow = NaN;
    }
    before = at;
    if (one !== one || (ok[place] === 0) === valid) continue;
    const v = y(one);
    const pixel = Math.round(x(at));
    if (pixel === column) {
      if (v < low) low = v;
      if (v > high) high = v;
    } else {
      flush();
      column = pixel;
      low = high = v;
    }
  }
  flush();
}

/** Shapes on a line, as thick as there is room for; those of what is not valid are hollow. What is not valid does
 * not stretch the axis: what lies beyond it is put into `beyond`. */
function marks(g, series, look, y, beyond) {
  const { ctx } = g;
  const { time, value, ok, span, gap, step } = series;
  const end = Math.min(placeOf(time, g.max) + 1, time.length);
  const begin = Math.max(placeOf(time, g.min) - 1, 0);
  const dense = (end - begin) * 11 > g.width;
  let full = -Infinity;
  let hollow = -Infinity;
  ctx.setLineDash([]);
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = look.colour;
  for (let place = begin; place < end; place += 1) {
    const one = value[place];
    if (one !== one) continue;
    const h = g.x(time[place] + (step ? span / 2 : 0));
    if (ok[place] !== 1) {
      const v = y(one);
      const side = v < g.top - 1 ? beyond.up : v > g.top + g.height + 1 ? beyond.down : null;
      side?.push({ h, value: one, colour: look.colour });
      if (side || h - hollow < 9) continue;
      hollow = h;
      shape(ctx, look.mark, h, Math.min(Math.max(v, g.top + 4), g.top + g.height - 4), 8);
      ctx.fillStyle = "#fff";
      ctx.fill();
      ctx.stroke();
    } else {
      const alone = !step && !(time[place] - time[place - 1] <= gap && value[place - 1] === value[place - 1])
        && !(time[place + 1] - time[place] <= gap && value[place + 1] === value[place + 1]);
      if (!alone && dense && h - full < 80) continue;
      full = h;
      shape(ctx, look.mark, h, y(one), alone || !dense ? 6 : 7);
      ctx.fillStyle = look.colour;
      ctx.fill();
    }
  }
}

/** What lies beyond the axis, of all series: an arrow at the edge, with the number. */
export function drawBeyond(g, { up, down }) {
  arrows(g, up, true);
  arrows(g, down, false);
}

/** An arrow for each that has room; of those together the farthest number. */
function arrows(g, values, up) {
  const { ctx } = g;
  const [edge, to] = up ? [g.top + 1, 1] : [g.top + g.height - 1, -1];
  let together = null;
  ctx.font = NUMBERS;
  ctx.textAlign = "center";
  ctx.textBaseline = up ? "top" : "bottom";
  ctx.lineWidth = 1.75;
  const told = () => {
    if (!together) return;
    const said = figure(together.most.value);
    const half = ctx.measureText(said).width / 2 + 2;
    words(ctx, said, Math.min(Math.max((together.from + together.last) / 2, g.left + half), g.left + g.width - half), edge + to * 13, together.most.colour);
    ctx.lineWidth = 1.75;
  };
  let last = -Infinity;
  for (const one of values.sort((a, b) => a.h - b.h)) {
    const { h, value } = one;
    if (h < g.left - 1 || h > g.left + g.width + 1) continue;
    if (together && h - together.last < 44) {
      together.last = h;
      if (up ? value > together.most.value : value < together.most.value) together.most = one;
    } else {
      told();
      together = { from: h, last: h, most: one };
    }
    if (h - last < 9) continue;
    last = h;
    ctx.beginPath();
    ctx.moveTo(h, edge + to * 11);
    ctx.lineTo(h, edge);
    ctx.moveTo(h - 4, edge + to * 5);
    ctx.lineTo(h, edge);
    ctx.lineTo(h + 4, edge + to * 5);
    ctx.strokeStyle = one.colour;
    ctx.stroke();
  }
  told();
}

/** `moving`: while it is moved, less is dashed; `beyond`: {up, down}, what lies beyond the axis. */
export function drawSeries(g, series, look, { moving, beyond }) {
  const { ctx } = g;
  const y = g.scale(series.scale);
  const seen = placeOf(series.time, g.max) - placeOf(series.time, g.min);
  if (seen > g.width * 0.75 && !series.step) {
    ctx.fillStyle = look.colour;
    ctx.globalAlpha = 0.4;
    columns(g, series, y, false);
    ctx.globalAlpha = 1;
    columns(g, series, y, true);
  } else {
    // To dash what is a thick band anyway shows nothing, and takes long: marks tell the lines apart.
    const thick = seen > g.width / (moving ? 8 : 3);
    ctx.lineJoin = thick ? "bevel" : "round";
    ctx.strokeStyle = look.colour;
    ctx.lineWidth = 1;
    ctx.setLineDash(thick ? [] : [1.5, 3]);
    ctx.globalAlpha = thick ? 0.5 : 1;
    path(g, series, y, false);
    ctx.globalAlpha = 1;
    ctx.lineWidth = 1.75;
    ctx.setLineDash(thick ? [] : look.dash);
    path(g, series, y, true);
  }
  marks(g, series, look, y, beyond);
}
