// What stands around the lines of a chart: limits, marks, states, verdicts, and values that were replaced.
import { ask, t } from "./console.js";
import { DAY, LONGEST, address, pointPath, whole } from "./chart_ask.js";
import { isMean } from "./chart_series.js";
import { figure, originWords, outcomeWords, unitWords } from "./chart_words.js";
import { iso, seconds } from "./chart_time.js";

export const STATES_S = 7 * DAY;
const MARKS_S = 366 * DAY;
const MOST_STRIPS = 8;
const LOOKS = {
  exceeding: { mark: "triangle", colour: "#b3161b" }, exceeding_at_least: { mark: "triangle", colour: "#b3161b", hollow: true },
  exemption_claimed: { mark: "diamond", colour: "#9a4a00", hollow: true }, exempt: { mark: "diamond", colour: "#0b5a8a", hollow: true },
};
const REVISED = { mark: "down", colour: "#7a1f8f", hollow: true };
const REVIEWS = { claimed: ["待审核", "not reviewed"], accepted: ["已采纳", "accepted"], rejected: ["已驳回", "rejected"], lapsed: ["逾期失效", "lapsed"] };
const below = (plant, rest) => `/api/v1/plants/${encodeURIComponent(plant)}/${rest}`;

/** The limits that bind the points, of the averaging that is drawn. */
export async function limitsOf(points, { since, until }, { kind, asOf }) {
  const averaging = kind === "day" || kind === "month" ? [kind] : ["hour", "instant", "sample"];
  const found = [];
  for (const plant of new Set(points.map((one) => one.plant))) {
    const path = `/console/history/plants/${encodeURIComponent(plant)}/limits`;
    const pieces = await ask("GET", address(path, { from: iso(since), to: iso(until), as_of: asOf }));
    for (const point of points.filter((one) => one.plant === plant))
      for (const one of pieces) {
        const own = one.point === `${point.subject}/${point.side}/${point.code}`;
        if (!own || !averaging.includes(one.averaging) || (one.quantity !== "concentration" && one.quantity !== "value")) continue;
        if (one.unit !== point.unit && unitWords(one.unit) !== unitWords(point.unit)) continue;
        found.push({ key: point.key, limit: one.limit, since: seconds(one.since), until: seconds(one.until), high: one.high, low: one.low, ...limitWords(one), reference: one.reference_oxygen });
      }
  }
  return found;
}

function limitWords(one) {
  const number = [one.low, one.high].filter((bound) => bound !== null).map(figure).join("–");
  const words = [
    `${number} ${unitWords(one.unit)}`.trim(), originWords(one.origin), one.reference_oxygen === null ? "" : `O₂ ${figure(one.reference_oxygen)} %`,
    one.verified ? "" : t("未核实", "unverified"),
  ].filter(Boolean).join(" ");
  return { words, short: [number, originWords(one.origin), one.verified ? "" : t("未核实", "unverified")].filter(Boolean).join(" ") };
}

/** Marks of the points' outlets, and of units and facilities of their plants. */
export async function bandsOf(points, { since, until }, { asOf }) {
  if (until - since > MARKS_S) return [];
  const found = [];
  for (const plant of new Set(points.map((one) => one.plant))) {
    const { items } = await ask("GET", address(below(plant, "marks"), { from: iso(since), to: iso(until), as_of: asOf }));
    const own = points.filter((one) => one.plant === plant);
    const outlets = new Set(own.map((one) => one.subject));
    for (const one of items) {
      const outlet = own.some((point) => point.subject === one.subject && (!one.point || one.point === `${point.side}/${point.code}`));
      if (!outlet && (outlets.has(one.subject) || /^D[AW]\d/.test(one.subject))) continue;
      const review = REVIEWS[one.review] ? t(...REVIEWS[one.review]) : one.review;
      // What is marked of several pollutants at once is said once.
      const same = found.some((other) => other.code === one.subject && other.mark === one.kind && other.from === one.since && other.to === one.until);
      if (same) continue;
      found.push({ code: one.subject, mark: one.kind, from: one.since, to: one.until, kind: one.effect, since: seconds(one.since), until: one.until ? seconds(one.until) : null, words: `${t(one.zh, one.en)} ${one.subject} (${review})` });
    }
  }
  return found;
}

/** When units, facilities and bypasses ran: those that stood first. `first`: these subjects before all. */
export async function stripsOf(points, { since, until }, { asOf, first = [] }) {
  if (until - since > STATES_S) return [];
  const strips = [];
  const plants = new Set(points.map((one) => one.plant));
  for (const plant of plants) {
    const { items } = await whole(below(plant, "states"), { from: iso(since), to: iso(until), as_of: asOf });
    const rows = new Map();
    for (const one of items) {
      const code = one.subject;
      if (!rows.has(code)) rows.set(code, { code, words: `${plants.size > 1 ? `${plant} ` : ""}${one.name.startsWith(code) ? one.name : `${code} ${one.name}`}`, unit: one.kind === "unit", pieces: [], off: 0 });
      const piece = { since: seconds(one.since), until: seconds(one.until), state: one.running, words: t(one.zh, one.en) };
      const row = rows.get(code);
      const last = row.pieces.at(-1);
      if (one.running === "off") row.off += piece.until - piece.since;
      if (last && last.state === piece.state && last.until === piece.since) last.until = piece.until;
      else row.pieces.push(piece);
    }
    strips.push(...rows.values());
  }
  const weight = (one) => (first.includes(one.code) ? 1e12 : one.off);
  const chosen = new Set([...strips].sort((one, other) => weight(other) - weight(one)).slice(0, MOST_STRIPS));
  return strips.filter((one) => chosen.has(one));
}

/** Hours (days, months) that were over a limit, or are excused: of several limits the worst. */
export async function verdictsOf(points, { since, until }, { kind, asOf }) {
  const period = isMean(kind) ? kind : "hour";
  if (until - since > LONGEST[period] * DAY) return { period, events: [], more: false };
  const length = { hour: 3600, day: DAY, month: 30.44 * DAY }[period];
  const worst = new Map();
  let more = false;
  for (const point of points.filter((one) => one.side === "out")) {
    const answer = await ask("GET", address(`${pointPath(point)}/verdicts`, { period, outcome: Object.keys(LOOKS), from: iso(since), to: iso(until), limit: 1000, as_of: asOf }));
    more ||= answer.next !== null;
    for (const one of answer.items) {
      const at = `${point.key}@${one.start}`;
      if (one.value === null || (worst.get(at)?.multiple ?? -Infinity) >= (one.multiple ?? 0)) continue;
      worst.set(at, {
        key: point.key, point, time: seconds(one.start) + length / 2, start: seconds(one.start), value: one.value, multiple: one.multiple, id: one.id, outcome: one.outcome,
        sure: one.sure, stage: one.stage, words: outcomeWords(one.outcome), ...LOOKS[one.outcome],
      });
    }
  }
  return { period, events: [...worst.values()].sort((one, other) => one.start - other.start), more };
}

/** Verdicts as known on a day beside those of now, by time: of each `then` and `now`, null where it was over no limit. */
export function verdictsSince(then, now) {
  const at = (one) => `${one.point.key}@${one.start}`;
  const later = new Map(now.map((one) => [at(one), one]));
  const rows = then.map((one) => {
    const other = later.get(at(one)) ?? null;
    later.delete(at(one));
    return { time: one.time, start: one.start, point: one.point, then: one, now: other };
  });
  for (const one of later.values()) rows.push({ time: one.time, start: one.start, point: one.point, then: null, now: one });
  return rows.sort((one, other) => one.start - other.start);
}

/** Readings that were replaced: of the same kind, or (means) the device's records of those hours and days. */
export async function revisionsOf(points, { since, until }, { kind, asOf }) {
  if (kind === "month" || until - since > LONGEST[kind] * DAY) return { events: [], more: false };
  const events = [];
  let more = false;
  for (const point of points) {
    const answer = await ask("GET", address(`${pointPath(point)}/revisions`, { series: kind, from: iso(since), to: iso(until), as_of: asOf }));
    more ||= answer.more;
    const scales = new Map(answer.channels.map((one) => [one.id, one.scale ?? 1]));
    const believed = new Map(answer.items.filter((one) => one.believed).map((one) => [`${one.channel}@${one.time}`, one]));
    const half = isMean(kind) ? point.every[kind] / 2 : 0;
    for (const one of answer.items) {
      if (one.believed || one.value === null) continue;
      const now = believed.get(`${one.channel}@${one.time}`);
      const scale = scales.get(one.channel) ?? 1;
      const changed = now && now.value !== one.value;
      events.push({
        ...REVISED, key: point.key, point, time: seconds(one.time) + half, start: seconds(one.time), value: one.value * scale, to: changed && now.value !== null ? now.value * scale : undefined,
        was: one.value * scale, now: now?.value === null || !now ? null : now.value * scale, flags: [one.flag, now?.flag ?? null], received: seconds(one.received_at), words: t("已修订", "replaced"),
      });
    }
  }
  return { events, more };
}

/** As known on a day against now: what became of each value since. `then` and `now` are items of one point. */
export function changedSince(point, then, now, half) {
  const later = new Map(now.map((one) => [one.time, one]));
  const events = [];
  for (const one of then) {
    const other = later.get(one.time);
    later.delete(one.time);
    if (!other || (other.value === one.value && other.ok === one.ok)) continue;
    events.push({ ...event(point, one.time + half, one.time), value: one.value ?? other.value, to: other.value ?? undefined, was: one.value, now: other.value });
  }
  for (const other of later.values())
    if (other.value !== null) events.push({ ...event(point, other.time + half, other.time), value: other.value, was: null, now: other.value });
  return events.filter((one) => one.value !== null);
}

const event = (point, time, start) => ({ ...REVISED, key: point.key, point, time, start, flags: [null, null], received: null, words: t("此后已变", "changed since") });
