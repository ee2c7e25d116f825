// Shapes and words on a canvas or in an SVG path. It knows no data.

/** A shape of about `size` around a place. */
export function shape(ctx, mark, x, y, size) {
  const half = size / 2;
  ctx.beginPath();
  if (mark === "circle") ctx.arc(x, y, half, 0, 2 * Math.PI);
  else if (mark === "square") ctx.rect(x - half * 0.9, y - half * 0.9, size * 0.9, size * 0.9);
  else {
    const turns = {
      triangle: [[0, -1.1], [1, 0.8], [-1, 0.8]], down: [[0, 1.1], [1, -0.8], [-1, -0.8]],
      diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
      cross: [[-1, -0.6], [-0.6, -1], [0, -0.4], [0.6, -1], [1, -0.6], [0.4, 0], [1, 0.6], [0.6, 1], [0, 0.4], [-0.6, 1], [-1, 0.6], [-0.4, 0]],
      plus: [[-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35], [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35]],
      star: [[0, -1.2], [0.3, -0.4], [1.1, -0.4], [0.5, 0.15], [0.75, 1], [0, 0.5], [-0.75, 1], [-0.5, 0.15], [-1.1, -0.4], [-0.3, -0.4]],
    }[mark];
    for (const [place, [dx, dy]] of turns.entries()) ctx[place ? "lineTo" : "moveTo"](x + dx * half, y + dy * half);
    ctx.closePath();
  }
}

/** The same shape as the `d` of a path of an SVG. */
export function outline(mark, x, y, size) {
  const at = (...numbers) => numbers.map((one) => Number(one.toFixed(2))).join(" ");
  let d = "";
  shape({
    beginPath: () => {}, closePath: () => (d += "Z"),
    moveTo: (...to) => (d += `M${at(...to)}`), lineTo: (...to) => (d += `L${at(...to)}`),
    rect: (left, top, width, height) => (d += `M${at(left, top)}h${at(width)}v${at(height)}h${at(-width)}Z`),
    arc: (mx, my, r) => (d += `M${at(mx - r, my)}a${at(r, r)} 0 1 0 ${at(2 * r, 0)}a${at(r, r)} 0 1 0 ${at(-2 * r, 0)}Z`),
  }, mark, x, y, size);
  return d;
}

/** Words with a halo, so that they are read above lines. */
export function words(ctx, text, x, y, colour) {
  ctx.lineJoin = "round";
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = "#fff";
  ctx.setLineDash([]);
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

/** As much of a text as there is room for. */
export function fitted(ctx, text, room) {
  if (ctx.measureText(text).width <= room) return text;
  const parts = [...text];
  while (parts.length > 1 && ctx.measureText(`${parts.join("")}…`).width > room) parts.pop();
  return `${parts.join("").trimEnd()}…`;
}

/** Slanting lines in a rectangle, `gap` apart. */
export function hatched(ctx, [x, y, width, height], colour, gap) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  ctx.beginPath();
  for (let at = x - height - ((x - height) % gap); at < x + width; at += gap) {
    ctx.moveTo(at, y + height);
    ctx.lineTo(at + height, y);
  }
  ctx.setLineDash([]);
  ctx.lineWidth = 1;
  ctx.strokeStyle = colour;
  ctx.stroke();
  ctx.restore();
}
