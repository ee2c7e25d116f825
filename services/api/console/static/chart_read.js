// Which record of a series is told of. Pure.
import { placeOf } from "./chart_draw.js";

/** The one that holds at a time, or is near it; -1: none. */
export function recordAt({ time: times, span, gap, step }, time, { since, until }) {
  const place = placeOf(times, time + 1e-6);
  if (step) return place > 0 && time < times[place - 1] + span ? place - 1 : -1;
  const nearest = place > 0 && (place === times.length || time - times[place - 1] <= times[place] - time) ? place - 1 : place;
  const room = Math.max(gap / 2, (until - since) / 100);
  return nearest < times.length && Math.abs(times[nearest] - time) <= room ? nearest : -1;
}

/** The last record that is seen and has a value; -1: none. */
export function newestIn({ time, value }, { since, until }) {
  let place = placeOf(time, until) - 1;
  while (place >= 0 && value[place] !== value[place]) place -= 1;
  return place >= 0 && time[place] >= since ? place : -1;
}
