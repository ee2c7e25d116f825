// Rejects fed in again: what was asked for is shown beside its button, and looked at until it is done.

document.addEventListener("qk:done", (event) => {
  const number = event.detail?.retry;
  const pressed = event.target;
  const place = pressed.closest("[data-retry]") ?? document.getElementById(pressed.dataset.follow);
  if (!number || !place) return;
  event.preventDefault();
  // The button may go with what stood there: who uses a keyboard goes on from the place itself.
  place.focus();
  window.htmx.ajax("GET", `/console/admin/rejects/retries/${Number(number)}`, { target: place, swap: "innerHTML" });
});
