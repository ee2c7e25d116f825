// The region is read again when something changed, once a minute at most, and never under somebody's hands.
const EVERY_MS = 60000;
let changed = false;
let last = Date.now();

const held = () => {
  const focused = document.activeElement;
  return document.getElementById("live").contains(focused) || document.visibilityState === "hidden";
};

function renew() {
  if (!changed || held() || Date.now() - last < EVERY_MS) return;
  changed = false;
  last = Date.now();
  window.htmx?.ajax("GET", location.pathname + location.search, { target: "#live", select: "#live", swap: "outerHTML" });
}

for (const news of ["qk:feed", "qk:reset"])
  document.addEventListener(news, () => { changed = true; renew(); });
setInterval(renew, 5000);
