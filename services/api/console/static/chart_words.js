// How numbers, units, flags and outcomes are written beside a chart, in both languages.
import { t } from "./console.js";

// As UNITS and `unit` of shown.py.
const UNITS = {
  "1": ["", ""], "Cel": ["°C", "°C"], "degC": ["°C", "°C"], "deg": ["°", "°"],
  "ngTEQ/m3": ["ng TEQ/m³", "ng TEQ/m³"], "ng-TEQ/m3": ["ng TEQ/m³", "ng TEQ/m³"],
  "dimensionless": ["", ""], "color degree": ["度", "colour degrees"], "dilution factor": ["倍", "dilution factor"],
  "grade": ["级", "grade"], "count/L": ["个/L", "count/L"], "% removal": ["%（去除率）", "% removal"]
};

export const unitWords = (unit) => (unit === null || unit === undefined ? "" : UNITS[unit] ? t(...UNITS[unit])
  : unit.replace(/m2(?![0-9A-Za-z])/g, "m²").replace(/m3(?![0-9A-Za-z])/g, "m³").replace(/(^|[^A-Za-z])u(?=[gSm])/g, "$1µ"));

/** Four digits that mean something, as shown.figure. */
export function figure(number) {
  if (number === null || number === undefined || Number.isNaN(number)) return "—";
  if (number !== 0 && Math.abs(number) < 1e-3) return number.toPrecision(2).replace(/\.?0+(e|$)/, "$1");
  if (Math.abs(number) >= 1e4) return number.toFixed(0);
  return String(Number(number.toPrecision(4)));
}

const FLAGS = {
  valid: ["有效", "valid"], stopped: ["停运标记", "flagged stopped"], maintenance: ["维护", "maintenance"], fault: ["故障", "fault"],
  calibration: ["校准", "calibration"], over_range: ["超量程", "over range"], communication: ["通讯异常", "communication fault"],
  manual: ["手工输入", "entered by hand"], missing: ["缺失", "missing"], unknown: ["标记不明", "unknown flag"],
};
export const flagWords = (flag) => t(...(FLAGS[flag] ?? FLAGS.unknown));

const OUTCOMES = {
  exceeding: ["超标", "exceeding"], exceeding_at_least: ["至少超标（超量程）", "exceeding at least (over range)"],
  exemption_claimed: ["超标，申请豁免", "exceeding, exemption claimed"], exempt: ["豁免", "exempt"],
};
export const outcomeWords = (outcome) => (OUTCOMES[outcome] ? t(...OUTCOMES[outcome]) : outcome);

const ORIGINS = {
  standard: ["标准", "standard"], permit: ["许可", "permit"], ultra_low: ["超低", "ultra-low"], local: ["地方", "local"], order: ["责令", "order"],
};
export const originWords = (origin) => (ORIGINS[origin] ? t(...ORIGINS[origin]) : origin);

export const KINDS = {
  realtime: ["实时数据", "realtime readings"], minute: ["分钟数据", "minute readings"],
  hour: ["小时均值", "hourly means"], day: ["日均值", "daily means"], month: ["月均值", "monthly means"],
};
export const kindWords = (kind) => t(...KINDS[kind]);

const STAGES = { provisional: ["暂定", "provisional"], final: ["已定", "final"], closed: ["封存", "closed"] };
export const stageWords = (stage) => (STAGES[stage] ? t(...STAGES[stage]) : stage);
