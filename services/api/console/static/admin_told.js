// What a trial found, as rows: changes of the registry, verdicts that a limit would turn, hours of a setting.
import { t } from "./console.js";

const MOST = 200;
const OUTCOMES = {
  compliant: ["达标", "compliant"], exceeding: ["超标", "exceeding"],
  exceeding_at_least: ["超量程超标", "over range, exceeding"], exemption_claimed: ["超标，已申请豁免", "exceeding, exemption claimed"],
  exempt: ["豁免", "exempt"], stopped: ["停运", "stopped"],
  invalid: ["数据无效", "not valid"], no_data: ["无数据", "no data"], unknown: ["未知", "unknown"],
};
const PERIODS = { five_minute: ["5 分钟", "5 minutes"], hour: ["小时", "hour"], day: ["日", "day"], month: ["月", "month"], quarter: ["季", "quarter"], year: ["年", "year"] };
const THINGS = {
  region: ["行政区", "region"], plant: ["企业", "plant"], outlet: ["排放口", "outlet"], unit: ["生产设施", "unit"],
  facility: ["治理设施", "facility"], group: ["设施组", "group"], way: ["工艺路线", "way"], device: ["数采仪", "logger"],
  mn: ["MN", "MN"], point: ["监测点", "point"], channel: ["通道", "channel"], binding: ["通道绑定", "binding"],
  setting: ["通道参数", "channel setting"],
};
const VERBS = { added: ["新增", "added"], changed: ["变更", "changed"], ended: ["终止", "ended"], unchanged: ["不变", "unchanged"] };

const named = (table, word) => (table[word] ? t(...table[word]) : word ?? t("不再判定", "not judged"));

/** An element with attributes and children: texts or elements. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** What an answer to a trial says: nodes to show, and whether there is anything to do. */
export function told(answer) {
  if (answer.counts) return registry(answer);
  if (answer.looked_at !== undefined) return limit(answer);
  return setting(answer);
}

function registry(answer) {
  const changed = answer.counts.filter((one) => one.added + one.changed + one.ended);
  if (!changed.length) {
    return { nodes: [note(t("没有变化：登记簿已经如此。", "Nothing would change: the registry says so already."))], may: false };
  }
  const counts = table(
    t("将要发生的变化", "What would change"),
    [t("对象", "Thing"), ...["added", "changed", "ended", "unchanged"].map((verb) => named(VERBS, verb))],
    answer.counts.map((one) => [named(THINGS, one.kind), one.added, one.changed, one.ended, one.unchanged]),
  );
  const changes = table(
    t("逐项差异", "Differences, one by one"),
    [t("变化", "Change"), t("对象", "Thing"), t("名称", "Name"), t("内容", "Details")],
    answer.changes.slice(0, MOST).map((one) => [named(VERBS, one.verb), named(THINGS, one.kind), one.name, one.details.join("; ") || "—"]),
  );
  const more = answer.more + Math.max(answer.changes.length - MOST, 0);
  const nodes = [counts, changes];
  if (more) nodes.push(note(t(`另有 ${more} 项未列出。`, `${more} more are not listed.`)));
  nodes.push(...answer.warnings.map((one) => note(one, true)));
  if (answer.unbound.length) nodes.push(note(t("以下通道的已存数据将不再属于任何监测点：", "Stored readings of these channels would belong to no point: ") + answer.unbound.join(", "), true));
  nodes.push(hours(answer.hours_judged_anew));
  return { nodes, may: true };
}

function limit(answer) {
  const sum = element("p", { class: "note" },
    t(`涉及 ${answer.looked_at} 个已判定时段，其中 ${answer.turns} 个结论会改变`, `${answer.looked_at} stored verdicts rest on it, ${answer.turns} of them would turn`),
    answer.untold ? t(`，${answer.untold} 个无法预知。`, `, ${answer.untold} cannot be foretold.`) : t("。", "."));
  const nodes = [sum, hours(answer.hours_judged_anew)];
  if (answer.turned.length) {
    nodes.push(table(
      t("会改变的结论", "Verdicts that would turn"),
      [t("时段", "Period"), t("开始", "Begins"), t("数值", "Value"), t("现在", "Is"), t("将是", "Would be")],
      answer.turned.slice(0, MOST).map((one) => [named(PERIODS, one.period), one.start.slice(0, 16).replace("T", " "),
        one.value ?? "—", named(OUTCOMES, one.was), named(OUTCOMES, one.would_be)]),
    ));
    if (answer.turned.length > MOST) nodes.push(note(t(`只列出前 ${MOST} 个。`, `The first ${MOST} are listed.`)));
  }
  nodes.push(...answer.warnings.map((one) => note(one, true)));
  return { nodes, may: true };
}

function setting(answer) {
  const value = answer.setting.value === null ? t("取消设定，回到上一级或默认值", "unset: the wider setting or the default counts") : JSON.stringify(answer.setting.value);
  return { nodes: [note(t("将设为：", "It would be: ") + value), hours(answer.hours_judged_anew)], may: true };
}

function hours(count) {
  return note(count
    ? t(`${count.toLocaleString()} 个小时将重新判定。`, `${count.toLocaleString()} hours would be judged anew.`)
    : t("没有已判定的小时需要重新判定。", "No judged hour would be judged anew."));
}

function note(text, warns = false) {
  return element("p", { class: warns ? "note warns" : "note" }, text);
}

function table(caption, heads, rows) {
  const body = rows.map((row) => element("tr", {}, ...row.map((cell) =>
    element("td", typeof cell === "number" ? { class: "number" } : {}, String(cell)))));
  const numbers = heads.map((_, place) => rows.length > 0 && rows.every((row) => typeof row[place] === "number"));
  const head = element("tr", {}, ...heads.map((text, place) => element("th", { scope: "col", ...(numbers[place] ? { class: "number" } : {}) }, text)));
  const made = element("table", {}, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body));
  return element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, made);
}
