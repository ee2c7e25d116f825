// How a chart is moved: buttons, keys, wheel, dragging with Shift, one finger and two.
import { t } from "./console.js";
import { made, told } from "./chart_parts.js";

export function steer(chart) {
  buttons(chart);
  keys(chart);
  wheel(chart);
  chart.bound = () => pointers(chart);
}

function buttons(chart) {
  const button = (sign, words, act) => {
    const one = told("button", sign, "", { type: "button", "aria-label": words, title: words });
    one.addEventListener("click", act);
    return one;
  };
  const hand = told("button", t("拖动平移", "Drag pans"), "", { type: "button", "aria-pressed": "false", title: t("否则拖动为放大所选（Shift+拖动也可平移）", "else dragging zooms (Shift and drag pans, too)") });
  hand.addEventListener("click", () => {
    chart.panning = !chart.panning;
    hand.setAttribute("aria-pressed", String(chart.panning));
    chart.plot.classList.toggle("pans", chart.panning);
  });
  const row = made("span", "row");
  row.append(
    button("◀", t("向前平移", "earlier"), () => chart.pan(-0.5)),
    button("▶", t("向后平移", "later"), () => chart.pan(0.5)),
    button("＋", t("放大", "zoom in"), () => chart.zoom(0.5)),
    button("－", t("缩小", "zoom out"), () => chart.zoom(2)),
    button(t("全部", "All"), t("全部：回到整个时段", "All: back to the whole range"), () => chart.reset()),
    hand,
  );
  chart.tools.append(row, chart.range);
}

function keys(chart) {
  const acts = {
    ArrowLeft: () => chart.pan(-0.15), ArrowRight: () => chart.pan(0.15), PageUp: () => chart.pan(-0.9), PageDown: () => chart.pan(0.9),
    "+": () => chart.zoom(0.7), "=": () => chart.zoom(0.7), "-": () => chart.zoom(1 / 0.7), _: () => chart.zoom(1 / 0.7), Home: () => chart.reset(),
  };
  chart.plot.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault();
      point(chart, event.key === "ArrowLeft" ? -1 : 1);
    } else if (acts[event.key]) {
      event.preventDefault();
      acts[event.key]();
    }
  });
  chart.plot.addEventListener("dblclick", () => chart.reset());
}

/** With Shift the arrow keys move the cursor. */
function point(chart, by) {
  const { u } = chart;
  const width = u.over.clientWidth;
  const left = u.cursor.left >= 0 ? u.cursor.left : width / 2;
  u.setCursor({ left: Math.min(Math.max(left + (by * width) / 100, 0), width - 1), top: 0 });
}

/** The wheel moves the page unless Ctrl is held or the chart was chosen; sideways it pans. */
function wheel(chart) {
  chart.plot.addEventListener("wheel", (event) => {
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      chart.pan(event.deltaX / chart.plot.clientWidth);
    } else if (event.ctrlKey || chart.plot.contains(document.activeElement)) {
      event.preventDefault();
      const { left } = chart.u.over.getBoundingClientRect();
      chart.zoom(Math.exp(Math.max(Math.min(event.deltaY, 120), -120) / 400), chart.u.posToVal(event.clientX - left, "x"));
    }
  }, { passive: false });
}

/** Moves at most once a frame. */
function framed(act) {
  let asked = 0;
  return (...given) => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => act(...given));
  };
}

function pointers(chart) {
  const { over } = chart.u;
  const fingers = new Map();
  let held;
  const length = () => chart.view.until - chart.view.since;
  const hold = () => {
    const all = [...fingers.values()];
    held = { view: { ...chart.view }, from: middle(all), apart: distance(all) };
  };
  const move = framed(() => {
    const all = [...fingers.values()];
    if (!held || !all.length) return;
    const { left, width } = over.getBoundingClientRect();
    const whole = held.view.until - held.view.since;
    const size = all.length > 1 && held.apart > 8 ? whole * Math.min(Math.max(held.apart / Math.max(distance(all), 8), 0.02), 50) : whole;
    const fixed = held.view.since + ((held.from - left) / width) * whole;
    const since = fixed - ((middle(all) - left) / width) * size;
    chart.look(since, since + size);
  });
  over.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse") return;
    fingers.set(event.pointerId, event.clientX);
    over.setPointerCapture(event.pointerId);
    hold();
  });
  over.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event.clientX);
    move();
  });
  for (const ends of ["pointerup", "pointercancel"])
    over.addEventListener(ends, (event) => {
      if (fingers.delete(event.pointerId) && fingers.size) hold();
    });
  chart.grab = (event) => {
    const begin = { at: event.clientX, since: chart.view.since, length: length() };
    const drag = framed((x) => {
      const by = ((begin.at - x) / over.clientWidth) * begin.length;
      chart.look(begin.since + by, begin.since + by + begin.length);
    });
    const moved = (one) => drag(one.clientX);
    document.addEventListener("mousemove", moved);
    document.addEventListener("mouseup", () => document.removeEventListener("mousemove", moved), { once: true });
    chart.plot.focus({ preventScroll: true });
  };
}

const middle = (all) => all.reduce((sum, one) => sum + one, 0) / all.length;
const distance = (all) => (all.length > 1 ? Math.abs(all[0] - all[1]) : 0);
