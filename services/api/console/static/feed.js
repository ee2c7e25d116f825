// One live feed for all tabs of a browser: whoever holds the lock listens, the others hear it from him.
// Each event is dispatched on `document` as `qk:feed` (its detail: the FeedEvent), `qk:reset` when what
// was heard is not enough and lists must be read again.
const LOCK = "qingkong-feed";
const LAST = "qingkong-feed-last";

let channel;

/** Begin to hear; harmless when begun already. */
export function listen() {
  if (channel) return;
  channel = new BroadcastChannel(LOCK);
  channel.onmessage = ({ data }) => heard(data);
  // Held until the tab ends: then another one of them takes it, and goes on where this one was.
  navigator.locks?.request(LOCK, () => new Promise(follow)) ?? follow();
  channel.postMessage({ type: "asks" });
}

let own;

function follow() {
  let source;
  let waits = 1000;
  const open = () => {
    const last = sessionLast();
    source = new EventSource(`/api/v1/feed${last ? `?last=${last}` : ""}`);
    source.onopen = () => { waits = 1000; tell({ type: "state", on: true }); };
    source.onerror = () => {
      tell({ type: "state", on: false });
      // A server that refuses ends the source for good: it is opened again, later and later.
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(open, waits);
        waits = Math.min(waits * 2, 30000);
      }
    };
    for (const about of ["alert", "order", "reset"])
      source.addEventListener(about, ({ data, lastEventId }) => {
        localStorage.setItem(LAST, lastEventId);
        tell({ type: about, event: JSON.parse(data) });
      });
  };
  own = () => tell({ type: "state", on: source?.readyState === EventSource.OPEN });
  open();
}

function sessionLast() {
  return null;
}

function tell(message) {
  channel.postMessage(message);
  heard(message);
}

function heard(message) {
  if (message.type === "asks") own?.();
  else if (message.type === "state") {
    const shown = document.getElementById("feed-state");
    if (!shown) return;
    shown.className = `feed-state ${message.on ? "on" : "off"}`;
    shown.textContent = message.on ? shown.dataset.on : shown.dataset.off;
  } else if (message.type === "reset") document.dispatchEvent(new CustomEvent("qk:reset"));
  else document.dispatchEvent(new CustomEvent("qk:feed", { detail: message.event }));
}
