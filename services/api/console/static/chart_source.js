// The data of a chart over any range: which kind of series suits it, asked for again as the range changes.
import { ask, t } from "./console.js";
import { DAY, LONGEST, address } from "./chart_ask.js";
import { isMean, seriesOf } from "./chart_series.js";
import { kindWords } from "./chart_words.js";
import { STATES_S, bandsOf, changedSince, limitsOf, revisionsOf, stripsOf, verdictsOf, verdictsSince } from "./chart_around.js";

const MEAN = "#mean";
const ROUNDED_S = 2;
const FINENESS = ["realtime", "minute", "hour", "day", "month"];
const COARSER = { realtime: "minute", minute: "hour", hour: "day", day: "month" };

/** The finest that is read well: seconds below 6 h, minutes below 4 days, hours below 18 months. */
export function kindFor(length) {
  if (length <= 6 * 3600) return "realtime";
  if (length <= 4 * DAY) return "minute";
  return length <= 550 * DAY ? "hour" : "day";
}

export class Source {
  /** `points` of pointOf; kind "auto" or a fixed one; value "converted" or "measured"; `first`: subjects whose
   * states come before others; `judged`: finer data are shown with the means of this period, which are what is judged. */
  constructor({ points, kind = "auto", value = "converted", asOf = null, first = [], judged = null }) {
    const plants = new Set(points.map((one) => one.plant));
    this.points = points.map((one) => ({ ...one, several: plants.size > 1 }));
    Object.assign(this, { kind, value, asOf, first, judged, loaded: null });
  }

  kindOf(view) {
    const length = view.until - view.since;
    let kind = this.kind === "auto" ? kindFor(length) : this.kind;
    while (length > LONGEST[kind] * DAY && COARSER[kind]) kind = COARSER[kind];
    return kind;
  }

  /** Whether what was loaded does for a view. */
  suits(view) {
    const { loaded } = this;
    if (!loaded || view.since < loaded.since || view.until > loaded.until) return false;
    const length = view.until - view.since;
    if (loaded.asked !== this.kindOf(view)) return false;
    if (length <= STATES_S && (view.since < loaded.strips.since - ROUNDED_S || view.until > loaded.strips.until + ROUNDED_S)) return false;
    return !(loaded.sampled && length < (loaded.until - loaded.since) / 5);
  }

  /** `{model, kind, ...}` for a view with a margin around it. Raises Problem. */
  async load(view) {
    const length = view.until - view.since;
    const asked = this.kindOf(view);
    const margin = Math.max(Math.min(length * 0.5, (LONGEST[asked] * DAY - length) / 2 - 1), 0);
    const range = { since: Math.floor(view.since - margin), until: Math.ceil(view.until + margin) };
    const known = await this.known();
    const wish = { value: this.value, asOf: known, first: this.first };
    // States are told of for so many days alone: those around the middle of the view.
    const [middle, half] = [(view.since + view.until) / 2, Math.min(STATES_S, range.until - range.since) / 2];
    const around = length <= STATES_S ? { since: Math.ceil(middle - half), until: Math.floor(middle + half) } : range;
    const [lines, bands, strips] = await Promise.all([
      this.lines(range, asked, wish), bandsOf(this.points, range, wish), stripsOf(this.points, around, wish),
    ]);
    const drawn = { ...wish, kind: lines.kind };
    const law = { ...wish, kind: this.judged && FINENESS.indexOf(lines.kind) < FINENESS.indexOf(this.judged) ? this.judged : lines.kind };
    const [limits, verdicts, later, revisions, means] = await Promise.all([
      limitsOf(this.points, range, law), verdictsOf(this.points, range, law), this.asOf ? verdictsOf(this.points, range, { ...law, asOf: null }) : null,
      this.revisions(range, drawn, lines), law.kind === lines.kind ? [] : this.means(range, law),
    ]);
    if (later) verdicts.since = { rows: verdictsSince(verdicts.events, later.events), more: later.more };
    if (means.length === this.points.length) for (const one of [...limits, ...verdicts.events]) one.key += MEAN;
    this.loaded = { ...range, asked, sampled: lines.sampled, strips: around };
    return {
      model: { series: [...means, ...lines.series], limits, bands, strips, events: [...verdicts.events, ...revisions.events] },
      kind: lines.kind, asked, sampled: lines.sampled, cut: lines.cut, empty: lines.empty, position: known, verdicts, revisions, hasStates: length <= STATES_S,
    };
  }

  /** The position that all is asked for, so that all belongs together. */
  async known() {
    const path = `/api/v1/plants/${encodeURIComponent(this.points[0].plant)}/limits`;
    return (await ask("GET", address(path, { as_of: this.asOf }))).as_of;
  }

  /** The lines; where no device sends so fine a kind, the next coarser. */
  async lines(range, asked, wish) {
    let kind = asked;
    for (;;) {
      const found = await Promise.all(this.points.map((one) => seriesOf(one, range, { ...wish, kind })));
      const empty = found.every((one) => one.empty);
      if (empty && this.kind === "auto" && (kind === "realtime" || kind === "minute")) kind = COARSER[kind];
      else {
        return {
          kind: empty && this.kind === "auto" ? asked : kind, found, empty, series: found.map((one) => one.series),
          sampled: found.some((one) => one.sampled), cut: found.some((one) => one.cut),
        };
      }
    }
  }

  /** The means that are judged, beside finer data. */
  async means(range, wish) {
    const found = await Promise.all(this.points.map((one) => seriesOf(one, range, wish)));
    return found.filter((one) => !one.empty).map(({ series }) => ({ ...series, key: series.key + MEAN, words: `${series.words} ${kindWords(wish.kind)}` }));
  }

  /** What was replaced; where one asks as known on a day, what is otherwise now. */
  async revisions(range, wish, { found, kind, sampled }) {
    if (!this.asOf) return revisionsOf(this.points, range, wish);
    if (sampled) return { events: [], more: true, skipped: true };
    const now = await Promise.all(this.points.map((one) => seriesOf(one, range, { ...wish, asOf: null })));
    const events = this.points.flatMap((one, place) => changedSince(one, found[place].items, now[place].items ?? [], isMean(kind) ? one.every[kind] / 2 : 0));
    return { events, more: false };
  }
}

export const emptyWords = (kind) =>
  t(`所示时段没有${kind}。请换时段，或换一种数据。`, `There are no ${kind} in this range: take another range or another kind of data.`);
