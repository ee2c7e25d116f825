// Small pieces of a page that charts are made of.
import { shape } from "./chart_shapes.js";

/** An element. */
export function made(name, of = "", attributes = {}) {
  const element = document.createElement(name);
  if (of) element.className = of;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** An element with a text. */
export function told(name, words, of = "", attributes = {}) {
  const element = made(name, of, attributes);
  element.textContent = words;
  return element;
}

/** How a series looks: its line and its mark, for the legend. */
export function swatch(look) {
  const canvas = made("canvas", "chart-swatch", { width: "68", height: "28", "aria-hidden": "true" });
  const ctx = canvas.getContext("2d");
  ctx.scale(2, 2);
  ctx.strokeStyle = look.colour;
  ctx.fillStyle = look.colour;
  ctx.lineWidth = 1.75;
  ctx.setLineDash(look.dash);
  ctx.beginPath();
  ctx.moveTo(0, 7);
  ctx.lineTo(34, 7);
  ctx.stroke();
  shape(ctx, look.mark, 17, 7, 9);
  ctx.fill();
  return canvas;
}
