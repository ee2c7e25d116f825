// A sound for what is new: off until somebody wants it, kept in this browser, another one for red.
const KEPT = "qingkong-sound";
const wanted = document.getElementById("sound");
let audio = null;

wanted.checked = kept() === "on";
wanted.addEventListener("change", () => {
  try {
    localStorage.setItem(KEPT, wanted.checked ? "on" : "off");
  } catch {
    // A browser that keeps nothing: it holds for this page.
  }
  ring(false);
});

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** Where it is wanted: two notes; three higher ones for red. */
export function ring(red) {
  if (!wanted.checked) return;
  try {
    audio ??= new AudioContext();
    audio.resume();
    const notes = red ? [988, 784, 988] : [660, 880];
    notes.forEach((hertz, at) => note(hertz, audio.currentTime + at * 0.22, red));
  } catch {
    // A browser that plays nothing yet: the line that is read out says it.
  }
}

function note(hertz, begin, red) {
  const tone = audio.createOscillator();
  const loud = audio.createGain();
  tone.frequency.value = hertz;
  tone.type = red ? "square" : "sine";
  loud.gain.setValueAtTime(0, begin);
  loud.gain.linearRampToValueAtTime(red ? 0.12 : 0.2, begin + 0.02);
  loud.gain.exponentialRampToValueAtTime(0.001, begin + 0.2);
  tone.connect(loud).connect(audio.destination);
  tone.start(begin);
  tone.stop(begin + 0.21);
}
