// Answers of the API made series of a chart: readings, means, or stretches with their extremes.
import { ask, t } from "./console.js";
import { address, pointPath, whole } from "./chart_ask.js";
import { flagWords, stageWords } from "./chart_words.js";
import { iso, seconds } from "./chart_time.js";

const MANY = 3000;
/** Two for each pixel of a wide screen. */
const POINTS = 4000;
export const isMean = (kind) => kind === "hour" || kind === "day" || kind === "month";

/** A point's series over a range: `{series, items, sampled}`. `wish`: {kind, value, asOf}. */
export async function seriesOf(point, { since, until }, wish) {
  const { kind, value, asOf } = wish;
  const mean = isMean(kind);
  const sampled = (until - since) / point.every[kind] > MANY;
  let reference = value === "converted" && point.reference !== null && point.converts !== false ? String(point.reference) : null;
  const path = `${pointPath(point)}/${mean ? "means" : "readings"}`;
  const query = { [mean ? "period" : "series"]: kind, from: iso(since), to: iso(until), as_of: asOf };
  const sample = (oxygen) => ask("GET", address(path, { ...query, points: POINTS, reference: mean ? oxygen : null }));
  let answer = sampled ? await sample(reference) : await whole(path, query);
  if (sampled && mean && reference !== null && answer.samples.length && answer.samples.every((one) => one.valued === 0)) {
    // What is not converted at all, as a temperature.
    reference = null;
    answer = await sample(null);
    point.converts = false;
  }
  const unit = mean ? answer.unit ?? point.unit : answer.channels[0]?.unit ?? point.unit;
  const common = { key: point.key, unit };
  if (sampled) {
    const converted = mean && reference !== null;
    return { series: { ...common, ...ofSamples(answer, point.every[kind]), words: words(point, converted ? reference : null) }, items: null, sampled, empty: !answer.samples.length };
  }
  const items = mean ? ofMeans(answer.items, reference) : ofReadings(answer.items, reference !== null);
  const converted = items.some((one) => one.converted);
  const span = mean ? point.every[kind] : 0;
  const every = mean ? point.every[kind] : Math.max(point.every[kind], ...answer.items.slice(0, 50).map((one) => one.span_s));
  const shape = { span, gap: every * 1.6, step: mean };
  return { series: { ...common, ...shape, ...arrays(items), words: words(point, converted ? reference : null) }, items, sampled, empty: !items.length, cut: answer.cut };
}

function words(point, reference) {
  const place = `${point.several ? `${point.plantName} ` : ""}${point.subject}${point.side === "in" ? t(" 进口", " inlet") : ""} ${point.name}`;
  return reference === null ? place : `${place} ${t(`（折算 O₂ ${reference} %）`, `(at O₂ ${reference} %)`)}`;
}

const share = (one) => Math.round((one.valid_s / one.due_s) * 100);

function ofMeans(items, reference) {
  return items.map((one) => {
    const converted = reference !== null && one.converted[reference] !== undefined;
    const notes = [
      one.valid ? t("有效", "valid") : t("无效", "not valid"),
      one.due_s && one.valid_s < one.due_s ? `${share(one)} %` : "",
      one.at_least ? t("至少（超量程）", "at least (over range)") : "",
      one.stage === "provisional" ? stageWords(one.stage) : "",
    ];
    return { time: seconds(one.start), value: converted ? one.converted[reference] : one.value, converted, ok: one.valid ? 1 : 0, said: notes.filter(Boolean).join(" ") };
  });
}

function ofReadings(items, wanted) {
  return items.map((one) => {
    const converted = wanted && one.converted !== null;
    const said = `${flagWords(one.validity)}${one.flag && one.flag !== "N" ? ` (${one.flag})` : ""}`;
    return {
      time: seconds(one.time), value: one.sentinel ? null : converted ? one.converted : one.value, converted,
      ok: one.validity === "valid" ? 1 : 0, said: one.sentinel ? t("无值标记", "says it has no value") : said,
    };
  });
}

function arrays(items) {
  return {
    time: Float64Array.from(items, (one) => one.time),
    value: Float64Array.from(items, (one) => one.value ?? NaN),
    ok: Uint8Array.from(items, (one) => one.ok),
    validity: (place) => items[place].said,
  };
}

/** Of each stretch its least and its greatest, where they were: no extreme is lost. */
function ofSamples({ samples, width_s: width }, every) {
  const rows = [];
  for (const one of samples) {
    const ok = one.flagged === 0 ? 1 : one.flagged === one.count ? 0 : 2;
    if (one.valued === 0) rows.push([seconds(one.since), NaN, ok, one]);
    else {
      const low = [seconds(one.minimum_at), one.minimum, ok, one];
      const high = [seconds(one.maximum_at), one.maximum, ok, one];
      rows.push(...(low[0] === high[0] ? [low] : low[0] < high[0] ? [low, high] : [high, low]));
    }
  }
  const said = ({ count, flagged }) =>
    count === 1 ? (flagged ? t("无效", "not valid") : t("有效", "valid"))
      : t(`${count} 条的极值${flagged ? `，${flagged} 条无效` : ""}`, `extreme of ${count}${flagged ? `, ${flagged} not valid` : ""}`);
  return {
    time: Float64Array.from(rows, (one) => one[0]), value: Float64Array.from(rows, (one) => one[1]), ok: Uint8Array.from(rows, (one) => one[2]),
    validity: (place) => said(rows[place][3]), span: 0, step: false, gap: Math.max(width * 2.1, every * 1.6),
  };
}
