// The small pictures beside the cases of a list: asked for together, whether or not they are in sight.
import { part } from "./cases.js";

const TOGETHER_MS = 50;
const MOST = 100; // as many as the server gives at once
const waiting = new Set();
let timer = 0;

/** Ask for the picture of each case within an element; one that has an older picture keeps it until then. */
export function trends(within) {
  for (const one of within.querySelectorAll(".spark[data-trend]")) waiting.add(one.dataset.trend);
  if (waiting.size) timer ||= setTimeout(together, TOGETHER_MS);
}

async function together() {
  const some = [...waiting].slice(0, MOST);
  for (const one of some) waiting.delete(one);
  try {
    const found = await part(`/console/alerts/trends?${new URLSearchParams(some.map((one) => ["alert", one]))}`);
    for (const one of found?.querySelectorAll("[data-trend]") ?? [])
      document.querySelector(`.spark[data-trend="${CSS.escape(one.dataset.trend)}"]`)?.replaceChildren(...one.childNodes);
  } catch {
    // The network is away. When the feed is back, the list is read again, and this with it.
  } finally {
    timer = waiting.size ? setTimeout(together, TOGETHER_MS) : 0;
  }
}
