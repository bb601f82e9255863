// Draws one recording: the pointer's path on each page view, speed as colour, clicks as rings.
const figure = document.getElementById("drawing");
const canvas = document.getElementById("path");
const tabs = document.getElementById("pages");
const counted = document.getElementById("counted");
const legend = document.getElementById("legend");
const REST = 500; // ms without an event: the pointer rested, or left the window
const FAST = 3000; // px/s at the red end
let shown = null; // the page view on the canvas
let picked = null; // rows [first, last] of the reason that was clicked

for (const time of document.querySelectorAll("time[datetime]")) {
  time.textContent = new Date(time.dateTime).toLocaleString();
}

const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);

function colour(speed) {
  const share = Math.min(1, Math.sqrt(speed / FAST));
  return `hsl(${215 - 205 * share} 75% 50%)`;
}

function draw() {
  const page = shown;
  const scale = figure.clientWidth / page.width;
  const sharp = window.devicePixelRatio || 1;
  canvas.width = Math.round(figure.clientWidth * sharp);
  canvas.height = Math.round(page.height * scale * sharp);
  const pen = canvas.getContext("2d");
  pen.scale(scale * sharp, scale * sharp);
  pen.lineCap = "round";
  drawPath(pen, page, 1 / scale);
  for (const mark of page.marks) drawMark(pen, mark, 1 / scale);
}

function drawPath(pen, page, px) {
  const { t, x, y } = page.path;
  for (let i = 1; i < t.length; i++) {
    const dt = t[i] - t[i - 1];
    const way = Math.hypot(x[i] - x[i - 1], y[i] - y[i - 1]);
    pen.beginPath();
    pen.moveTo(x[i - 1], y[i - 1]);
    pen.lineTo(x[i], y[i]);
    const rested = dt > REST;
    pen.strokeStyle = rested ? ink("--line") : colour(dt > 0 ? (way / dt) * 1000 : FAST);
    pen.setLineDash(rested ? [4 * px, 4 * px] : []);
    const inside = picked && page.rows[i] >= picked[0] && page.rows[i] <= picked[1];
    pen.globalAlpha = picked && !inside ? 0.15 : 1;
    pen.lineWidth = (rested ? 1 : inside ? 3.5 : 2) * px;
    pen.stroke();
  }
  pen.setLineDash([]);
}

function drawMark(pen, mark, px) {
  const inside = !picked || (mark.row >= picked[0] && mark.row <= picked[1]);
  pen.globalAlpha = inside ? 1 : 0.15;
  pen.lineWidth = 2 * px;
  pen.strokeStyle = mark.trusted === 0 ? ink("--bot") : ink("--ink");
  pen.beginPath();
  pen.arc(mark.x, mark.y, 8 * px, 0, 7);
  if (mark.trusted === 0) {
    for (const turn of [-1, 1]) {
      pen.moveTo(mark.x - 5 * px, mark.y - 5 * turn * px);
      pen.lineTo(mark.x + 5 * px, mark.y + 5 * turn * px);
    }
  }
  pen.stroke();
}

function show(page, button) {
  shown = page;
  for (const other of tabs.children) other.setAttribute("aria-pressed", String(other === button));
  const n = page.path.t.length;
  counted.textContent = `The pointer's way in the window on ${page.address}: ${n} positions, ${page.marks.length} clicks.`;
  canvas.setAttribute("aria-label", counted.textContent);
  draw();
}

function addNote(page) {
  if (!page.lost && !page.missing) return;
  const note = document.createElement("span");
  note.textContent = ` Incomplete on ${page.address}: ${page.missing} batches never came, ${page.lost} events were dropped by the page.`;
  legend.append(note);
}

async function start() {
  const answer = await fetch(`/v1/recordings/${figure.dataset.recording}/drawing`);
  if (!answer.ok) {
    legend.textContent = "The drawing can't be had: " + ((await answer.json()).detail ?? answer.status);
    return;
  }
  const { pages } = await answer.json();
  for (const page of pages) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${page.address} (${page.path.t.length})`;
    button.addEventListener("click", () => show(page, button));
    if (pages.length > 1) tabs.append(button);
    addNote(page);
  }
  const longest = pages.reduce((best, page) => (page.path.t.length > best.path.t.length ? page : best), pages[0]);
  show(longest, tabs.children[pages.indexOf(longest)]);
  new ResizeObserver(draw).observe(figure);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

document.getElementById("reasons")?.addEventListener("click", (event) => {
  const item = event.target.closest("li[data-first]");
  if (!item || !shown) return;
  const again = item.classList.contains("picked");
  for (const other of document.querySelectorAll(".reasons .picked")) other.classList.remove("picked");
  item.classList.toggle("picked", !again);
  picked = again ? null : [Number(item.dataset.first), Number(item.dataset.last)];
  draw();
});

start();
