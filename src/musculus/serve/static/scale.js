// The colours of speed: viridis, told apart with any colour vision; its ends are cut so that both papers show it.
const STOPS = ["440154", "482878", "3e4a89", "31688e", "26828e", "1f9e89", "35b779", "6ece58", "b5de2b", "fde725"];
export const FASTEST = 4000; // px/s, at and above which the last colour stands
export const BINS = 24;
const dark = matchMedia("(prefers-color-scheme: dark)");

const part = (stop, at) => parseInt(stop.slice(at, at + 2), 16);
function mix(share) {
  const at = share * (STOPS.length - 1), low = Math.min(STOPS.length - 2, Math.floor(at)), over = at - low;
  const one = [0, 2, 4].map((k) => Math.round(part(STOPS[low], k) * (1 - over) + part(STOPS[low + 1], k) * over));
  return `rgb(${one.join(" ")})`;
}

/** The colours of all bins, slow to fast, for the paper that is shown. */
export function colours(n = BINS) {
  const [from, to] = dark.matches ? [0.3, 1] : [0, 0.86];
  return Array.from({ length: n }, (_, k) => mix(from + ((to - from) * k) / (n - 1)));
}

/** The bin of a speed: steps of its square root, because most of a movement is slow. */
export const binOf = (speed) => Math.min(BINS - 1, Math.floor(Math.sqrt(Math.max(0, speed) / FASTEST) * BINS)) || 0;

/** A bar with ticks in px/s. */
export function legend(canvas) {
  const { pen, width } = sharp(canvas, 34);
  const all = colours(160);
  all.forEach((colour, k) => { pen.fillStyle = colour; pen.fillRect((k * width) / 160, 2, width / 160 + 1, 10); });
  pen.fillStyle = ink("--quiet");
  pen.font = "11px system-ui, sans-serif";
  for (const speed of [0, 250, 1000, 2000, FASTEST]) {
    const at = Math.sqrt(speed / FASTEST) * width;
    pen.textAlign = speed === 0 ? "left" : speed === FASTEST ? "right" : "center";
    pen.fillText(speed === FASTEST ? `${FASTEST.toLocaleString("en")}+ px/s` : speed.toLocaleString("en"), at, 28);
  }
}

/** The value of a colour of the style sheet. */
export const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A canvas as wide as its place and so many CSS px high, ready to be drawn on in CSS px. */
export function sharp(canvas, height, width = canvas.parentElement.clientWidth) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  canvas.style.width = `${width}px`;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  return { pen, width, height };
}

/** Calls back when the paper turns dark or light. */
export const onPaper = (call) => dark.addEventListener("change", call);
