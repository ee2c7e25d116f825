// Times on a chart's axis: Beijing time (UTC+8, no summer time) whatever zone the browser is in.
// Times are seconds since 1970, as numbers.
const SHIFT = 8 * 3600;
const DAY = 86400;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, DAY, 2 * DAY, 7 * DAY];
const MONTHS = [1, 3, 6, 12, 24, 60, 120];

const wall = (time) => new Date((time + SHIFT) * 1000);
const two = (number) => String(number).padStart(2, "0");

const ZONED = /(?:Z|[+-]\d\d:?\d\d)$/i;

/** Of a time as the API writes it; of Beijing where it names no offset, and midnight where no time. */
export function seconds(iso) {
  if (ZONED.test(iso)) return Date.parse(iso) / 1000;
  return Date.parse(`${iso?.length === 10 ? `${iso}T00:00` : iso}+08:00`) / 1000;
}

/** 2026-03-04 08:05:09 in Beijing; `parts`: "day", "minute" or "second". */
export function text(time, parts = "minute") {
  const at = wall(time).toISOString();
  if (parts === "day") return at.slice(0, 10);
  return `${at.slice(0, 10)} ${at.slice(11, parts === "second" ? 19 : 16)}`;
}

/** For the API: with the offset, whole seconds. */
export const iso = (time) => `${wall(Math.round(time)).toISOString().slice(0, 19)}+08:00`;

/** For a field of type datetime-local, in Beijing time; `seconds` reads it back. */
export const field = (time) => wall(Math.round(time)).toISOString().slice(0, 16);

/** Where the axis has its ticks, about `room` of them, on whole hours, days, months of Beijing. */
export function splits(since, until, room) {
  const step = STEPS.find((one) => (until - since) / one <= room);
  const found = [];
  if (step) {
    // Weeks begin on Mondays.
    const origin = step === 7 * DAY ? 4 * DAY : 0;
    for (let at = Math.ceil((since + SHIFT - origin) / step) * step + origin; at <= until + SHIFT; at += step) found.push(at - SHIFT);
    return found;
  }
  const months = MONTHS.find((one) => (until - since) / (one * 30.4 * DAY) <= room) ?? MONTHS.at(-1);
  const first = wall(since);
  let month = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / months) * months;
  for (;; month += months) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1) / 1000 - SHIFT;
    if (at > until) return found;
    if (at >= since) found.push(at);
  }
}

/** What stands at the ticks: the clock, and below it the date where it changes. */
export function labels(ticks) {
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : DAY;
  let before = "";
  return ticks.map((tick) => {
    const at = wall(tick);
    const year = String(at.getUTCFullYear());
    const day = `${year}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
    const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}${step < 60 ? `:${two(at.getUTCSeconds())}` : ""}`;
    const dated = step >= 27 * DAY ? `${year}-${two(at.getUTCMonth() + 1)}` : day.slice(5);
    const under = step >= DAY ? year : day;
    const shown = under === before ? "" : `\n${under}`;
    before = under;
    return (step >= DAY ? dated : clock) + shown;
  });
}

/** How long, roughly: for what is said of a range. */
export function span(length, t) {
  const [number, zh, en] =
    length >= 730 * DAY ? [length / 365.25 / DAY, "年", "years"]
      : length >= 2 * DAY ? [length / DAY, "天", "days"]
        : length >= 5400 ? [length / 3600, "小时", "h"]
          : length >= 90 ? [length / 60, "分钟", "min"] : [length, "秒", "s"];
  return `${Number(number.toFixed(number < 10 ? 1 : 0))} ${t(zh, en)}`;
}
