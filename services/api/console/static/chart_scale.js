// Which heights an axis of a chart goes over. Pure.
import { extremes } from "./chart_draw.js";

/** Limits up to so many times what is seen are seen, too. */
const NEAR = 3;

/** `[low, high]` of an axis: what is valid of these series in a view, the limits near it, to round numbers. What
 * is not valid is seen as long as it leaves half of the height to what is. */
export function heightsOf(series, limits, { since, until }) {
  const [low, high] = valid(series, since, until);
  const keys = new Set(series.map((one) => one.key));
  const bounds = limits
    .filter((one) => keys.has(one.key) && one.since < until && one.until > since)
    .flatMap((one) => [one.high, one.low]).filter((one) => one !== null);
  if (low > high) return rounded(...(bounds.length ? [0, Math.min(...bounds)] : [0, 1]));
  const near = bounds.filter((one) => one <= Math.max(high * NEAR, high + (high - low)));
  return rounded(...stretched(series, { since, until }, [Math.min(low, ...near), Math.max(high, ...near)]));
}

/** The least and the greatest; of a series without anything valid of all it has. */
function valid(series, since, until) {
  let [low, high] = [Infinity, -Infinity];
  for (const one of series) {
    const found = extremes(one, since, until, { sound: true }) ?? extremes(one, since, until);
    if (found) [low, high] = [Math.min(low, found[0]), Math.max(high, found[1])];
  }
  return [low, high];
}

const begins = (low, high) => (low >= 0 && low < high * 0.85 ? 0 : low);

function stretched(series, { since, until }, [low, high]) {
  const base = begins(low, high);
  const bounds = base === 0 ? [0, 2 * high] : [low - (high - base) / 2, high + (high - base) / 2];
  let [least, most] = [low, high];
  for (const one of series) {
    one.doubtful ??= one.ok.includes(0);
    if (!one.doubtful) continue;
    const found = extremes(one, since, until, { bounds });
    if (found) [least, most] = [Math.min(least, found[0]), Math.max(most, found[1])];
  }
  return [least, most];
}

function rounded(low, high) {
  const least = Math.max(Math.abs(high) * 0.04, 1e-6);
  if (high - low < least) [low, high] = [low - least / 2, high + least / 2];
  low = begins(low, high);
  const step = 10 ** Math.floor(Math.log10(Math.max(high - low, 1e-9))) / 2;
  return [low === 0 ? 0 : Math.floor((low - (high - low) * 0.05) / step) * step, Math.ceil((high + (high - low) * 0.06 + 1e-9) / step) * step];
}
