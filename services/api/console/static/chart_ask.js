// What a chart needs of the API: which points there are, and all the pages of a list.
import { ask } from "./console.js";

export const LONGEST = { realtime: 31, minute: 92, hour: 1100, day: 7400, month: 7400 };
export const DAY = 86400;
const plants = new Map();

/** An address with a query; what is null is left out. */
export function address(path, query = {}) {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== null && one !== undefined && one !== "") asked.append(name, one);
  return `${path}${asked.size ? `?${asked}` : ""}`;
}

export const pointPath = (point) =>
  `/api/v1/plants/${[point.plant, "subjects", point.subject, "points", point.side, point.code].map(encodeURIComponent).join("/")}`;

/** A plant as registered; asked for once. */
export function plantOf(code) {
  if (!plants.has(code)) {
    const found = ask("GET", `/api/v1/plants/${encodeURIComponent(code)}`);
    found.catch(() => plants.delete(code));
    plants.set(code, found);
  }
  return plants.get(code);
}

/** A list in full, as far as `pages` pages go: the answer of the first with all `items`, `cut` if there are more. */
export async function whole(path, query, pages = 5) {
  const first = await ask("GET", address(path, { limit: 1000, ...query }));
  let next = first.next;
  for (let page = 1; next && page < pages; page += 1) {
    const more = await ask("GET", address(path, { limit: 1000, ...query, cursor: next }));
    first.items.push(...more.items);
    next = more.next;
  }
  return { ...first, cut: Boolean(next) };
}

/** A point of `PLANT/SUBJECT/side/code` with its names, unit and how often it is measured; null: there is none. */
export async function pointOf(key, t) {
  const [plant, subject, side, code] = key.split("/");
  if (!code) return null;
  const registered = await plantOf(plant);
  const place = registered.subjects.find((one) => one.code === subject);
  const point = place?.points.find((one) => one.side === side && one.code === code);
  if (!point) return null;
  const every = (name, usual) => Math.min(...registered.loggers.map((one) => one[name] || usual), usual);
  return {
    key, plant, subject, side, code, unit: point.unit, reference: place.reference_oxygen,
    name: t(point.zh, point.en), plantName: t(registered.name, registered.name_en || registered.name), subjectName: place.name,
    every: { realtime: Math.max(every("realtime_interval_s", 60), 1), minute: Math.max(every("minute_interval_s", 300), 60), hour: 3600, day: DAY, month: 30.44 * DAY },
  };
}
