// The chart of a case: its points around its time, the limits, marks and facilities, its own time shaded.
import { ask, t } from "./console.js";
import { Chart } from "./chart.js";
import { address, pointOf } from "./chart_ask.js";
import { Source, emptyWords } from "./chart_source.js";
import { kindWords } from "./chart_words.js";
import { seconds } from "./chart_time.js";

async function begin(place) {
  const asOf = place.dataset.asOf || null;
  const plan = await ask("GET", address(`/console/alerts/${place.dataset.case}/chart`, { as_of: asOf }));
  if (!plan.points.length) return say(place, t("此告警没有可画的监测点。", "There is no point to draw for this case."));
  const home = { since: seconds(plan.since), until: seconds(plan.until) };
  const keys = plan.points.map((one) => [plan.plant, one.subject, one.side, one.code].join("/"));
  const points = (await Promise.all(keys.map((key) => pointOf(key, t)))).filter(Boolean);
  const own = {
    kind: "case", open: plan.case_until === null, since: seconds(plan.case_since), until: plan.case_until === null ? seconds(plan.now) : seconds(plan.case_until),
    words: plan.case_until === null ? t("告警时段（未结束）", "the case (not ended)") : t("告警时段", "the case"),
  };
  const source = new Source({ points, asOf, kind: place.dataset.kind || "auto", first: plan.subject ? [plan.subject] : [], judged: points.length === 1 ? place.dataset.judged : null });
  let asked = 0;
  const chart = new Chart(place, { name: t("告警前后曲线", "around the case"), home, onView: (view) => (source.suits(view) ? undefined : load(view)) });
  const load = async (view, first = false) => {
    const mine = (asked += 1);
    chart.note.textContent = t("正在读取……", "reading…");
    try {
      const found = await source.load(view);
      if (mine !== asked) return;
      const bands = [own, ...found.model.bands];
      chart.show({ ...found.model, bands }, first ? home : undefined);
      chart.note.textContent = found.empty ? emptyWords(kindWords(found.kind)) : t(`所画：${kindWords(found.kind)}`, `Drawn: ${kindWords(found.kind)}`);
    } catch (error) {
      if (mine === asked) chart.note.textContent = error.message;
    }
  };
  const link = place.parentElement.querySelector("[data-history]");
  if (link) {
    link.href = address("/console/history", { p: keys, from: plan.since, to: plan.until, as_of: asOf });
    link.hidden = false;
  }
  await load(home, true);
  place.classList.remove("chart-wait");
  return undefined;
}

function say(place, words) {
  place.classList.remove("chart-wait");
  const line = document.createElement("p");
  line.className = "empty";
  line.textContent = words;
  place.replaceChildren(line);
}

for (const place of document.querySelectorAll("[data-alert-chart]"))
  begin(place).catch((error) => say(place, error.message));
