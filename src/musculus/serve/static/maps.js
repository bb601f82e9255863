// Draws a map of /v1/panels/maps: cells over an outline of the page's boxes, depths, or keys.
import { colours, ink, onPaper, sharp } from "./scale.js";

const canvas = document.getElementById("map"), scale = document.getElementById("map-scale"), said = document.getElementById("map-said");
const table = document.getElementById("map-table");
const MOST = 2400; // CSS px high at most: a very long page is drawn smaller
const num = (v) => (Math.abs(v) >= 100 ? Math.round(v).toLocaleString("en") : String(Number(v.toPrecision(3))));
let found;

function place(layout) {
  const room = Math.min(canvas.parentElement.clientWidth, 1100);
  const by = Math.min(room / layout.width, MOST / layout.height, 1.2);
  const size = sharp(canvas, layout.height * by, layout.width * by);
  return { ...size, by };
}

function outline(pen, layout, by) {
  pen.globalAlpha = 0.8;
  pen.lineWidth = 1;
  pen.strokeStyle = ink("--quiet");
  for (const [, left, top, width, height, fixed] of layout.boxes) {
    pen.setLineDash(fixed ? [3, 3] : []);
    pen.strokeRect(left * by, top * by, width * by, height * by);
  }
  pen.setLineDash([]);
  if (layout.window_height) {
    pen.globalAlpha = 0.6;
    pen.setLineDash([8, 6]);
    pen.beginPath();
    pen.moveTo(0, layout.window_height * by);
    pen.lineTo(layout.width * by, layout.window_height * by);
    pen.stroke();
    pen.setLineDash([]);
  }
  pen.globalAlpha = 1;
}

/** Colours from few to many; `two` from one group's to the other's. */
function ramp(n, two) {
  if (!two) return colours(n);
  return Array.from({ length: n }, (_, k) => {
    const share = (2 * k) / (n - 1) - 1, strength = Math.round(100 * Math.sqrt(Math.abs(share)));
    return `color-mix(in srgb, ${share < 0 ? "#0072b2" : "#d55e00"} ${strength}%, ${ink("--sheet")})`;
  });
}

function legend(low, high, unit, two = false) {
  const { pen, width } = sharp(scale, 34, Math.min(320, scale.parentElement.clientWidth));
  ramp(120, two).forEach((colour, k) => { pen.fillStyle = colour; pen.fillRect((k * width) / 120, 2, width / 120 + 1, 10); });
  pen.font = "11px system-ui, sans-serif";
  pen.fillStyle = ink("--quiet");
  pen.textAlign = "left";
  pen.fillText(low, 0, 28);
  pen.textAlign = "right";
  pen.fillText(`${high} ${unit}`, width, 28);
}

function heat(map) {
  const { pen, by } = place(map.layout), values = map.cells.map((cell) => cell[2]);
  const most = Math.max(...values, 1e-9), all = ramp(40), side = map.cell_px * by;
  for (const [column, row, value] of map.cells) {
    const share = Math.sqrt(value / most);
    pen.globalAlpha = 0.35 + 0.65 * share;
    pen.fillStyle = all[Math.min(39, Math.floor(share * 40))];
    fill(pen, column, row, side);
  }
  outline(pen, map.layout, by);
  for (const [x, y] of map.nothing ?? []) cross(pen, x * by, y * by);
  legend("0", num(most), `${map.unit}, root scale`);
  const nothing = map.on_nothing === undefined ? "" : map.on_nothing === null ? " Whether clicks fell on nothing isn't known." : ` ${map.on_nothing} on nothing (crosses).`;
  said.textContent = `${where(map.layout)}: n = ${map.n.toLocaleString("en")} ${map.elements ? "clicks" : "samples"} of ${map.recordings} visits.${nothing}${map.outside ? ` ${map.outside} outside the page.` : ""}${map.placeless ? ` ${map.placeless} without a place (made by keys or scripts).` : ""} Dashed line: end of the first window.`;
  if (map.elements) rows(["element", "clicks"], Object.entries(map.elements));
}

/** Boxes shaded by the seconds a visit in them, the large ones first so that what lies inside stands over them. */
function attention(map) {
  const { pen, by } = place(map.layout), all = ramp(40), { boxes } = map.layout;
  const came = map.elements.filter((one) => one.seconds > 0), most = Math.max(...came.map((one) => one.per_visit), 1e-9);
  const area = ({ box }) => boxes[box][3] * boxes[box][4];
  for (const one of [...came].sort((a, b) => area(b) - area(a))) {
    const [, left, top, width, height] = boxes[one.box].map((v) => v * by);
    pen.fillStyle = all[Math.min(39, Math.floor((one.per_visit / most) * 40))];
    pen.fillRect(left, top, width, height);
  }
  outline(pen, map.layout, by);
  legend("0", num(most), map.unit);
  const inside = came.reduce((sum, one) => sum + one.per_visit, 0);
  said.textContent = `${where(map.layout)}: n = ${map.n} visits; ${num(inside)} s a visit in ${came.length} of ${boxes.length} elements, ${num(map.elsewhere / Math.max(map.n, 1))} s in none. Dashed line: end of the first window.`;
  rows(["element", "s a visit", "entries", "clicks", "visits"], map.elements.map((one) => [one.target, num(one.per_visit), one.entries, one.clicks, one.recordings]));
}

/** A cell, at whole pixels so that neighbours meet and don't overlap. */
function fill(pen, column, row, side) {
  const [left, top] = [Math.round(column * side), Math.round(row * side)];
  pen.fillRect(left, top, Math.round((column + 1) * side) - left, Math.round((row + 1) * side) - top);
}

function cross(pen, x, y) {
  pen.strokeStyle = ink("--bot");
  pen.lineWidth = 2;
  pen.beginPath();
  for (const turn of [-1, 1]) { pen.moveTo(x - 4, y - 4 * turn); pen.lineTo(x + 4, y + 4 * turn); }
  pen.stroke();
}

const where = (layout) => `${layout.page || "All pages"}, ${layout.width_class}`;

function difference(map) {
  const { pen, by } = place(map.layout), most = Math.max(...map.cells.map((cell) => Math.abs(cell[2])), 1e-9), side = map.cell_px * by;
  const all = ramp(41, true);
  for (const [column, row, value, , , p] of map.cells) {
    pen.fillStyle = all[20 + Math.round((20 * value) / most)];
    fill(pen, column, row, side);
    if (p <= map.alpha) { pen.strokeStyle = ink("--ink"); pen.lineWidth = 1.5; pen.strokeRect(column * side + 1, row * side + 1, side - 2, side - 2); }
  }
  outline(pen, map.layout, by);
  legend(`more ${map.groups[1]}`, `more ${map.groups[0]}`, "", true);
  said.textContent = `${where(map.layout)}: ${map.of} of ${map.n[0]} ${map.groups[0]} and ${map.n[1]} ${map.groups[1]} visits, ${map.unit}, up to ${num(most)}. ${map.differing_cells} cells differ at ${100 * map.alpha} %, corrected for all (${map.shuffles} shuffles, smallest p ${num(map.p)}); they are framed.`;
}

function scroll(map) {
  const { pen, by, width } = place(map.layout), all = ramp(40), high = map.band_px * by;
  map.share.forEach((share, k) => {
    pen.globalAlpha = 0.55;
    pen.fillStyle = all[Math.min(39, Math.floor(share * 40))];
    const top = Math.round(k * high);
    pen.fillRect(0, top, width, Math.round((k + 1) * high) - top);
  });
  pen.globalAlpha = 1;
  pen.strokeStyle = ink("--ink");
  pen.lineWidth = 2;
  pen.beginPath();
  map.share.forEach((share, k) => pen.lineTo(share * width, (k + 0.5) * high));
  pen.stroke();
  outline(pen, map.layout, by);
  legend("0", "100", "% of page views");
  said.textContent = `${where(map.layout)}: n = ${map.n} page views; the line is the share that saw each depth.`;
}

const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a909b"];
function keys(map) {
  const { pen, width, height } = sharp(canvas, 380), names = Object.keys(map.classes), most = 500, at = (v, side) => (Math.min(v, most) / most) * side;
  const left = 46, bottom = height - 34;
  pen.font = "11px system-ui, sans-serif";
  pen.strokeStyle = ink("--line");
  pen.fillStyle = ink("--quiet");
  for (let ms = 0; ms <= most; ms += 100) {
    const x = left + at(ms, width - left - 12), y = bottom - at(ms, bottom - 12);
    pen.strokeRect(x, 12, 0, bottom - 12);
    pen.strokeRect(left, y, width - left - 12, 0);
    pen.textAlign = "center";
    pen.fillText(ms, x, bottom + 14);
    pen.textAlign = "right";
    pen.fillText(ms, left - 6, y + 4);
  }
  pen.textAlign = "center";
  pen.fillText("hold, ms (500 and more at the edge)", left + (width - left) / 2, height - 4);
  pen.save(); pen.translate(11, bottom / 2); pen.rotate(-Math.PI / 2); pen.fillText("flight, ms", 0, 0); pen.restore();
  for (const [, , hold, flight, name] of map.presses) {
    if (flight === null) continue;
    pen.fillStyle = COLOURS[Math.max(0, names.indexOf(name)) % COLOURS.length];
    pen.globalAlpha = 0.6;
    pen.beginPath();
    pen.arc(left + at(hold, width - left - 12), bottom - at(Math.max(0, flight), bottom - 12), 3, 0, 7);
    pen.fill();
  }
  pen.globalAlpha = 1;
  sharp(scale, 1, 1);
  said.textContent = `n = ${map.n} presses of ${map.recordings} visits.`;
  rows(["class", "presses", "hold, ms", "flight, ms"], names.map((k) => [k, map.classes[k].n, num(map.classes[k].hold), map.classes[k].flight === null ? "–" : num(map.classes[k].flight)]));
  if (table.firstChild) names.forEach((_, k) => {
    const dot = Object.assign(document.createElement("span"), { className: "dot" });
    dot.style.background = COLOURS[k % COLOURS.length];
    table.querySelectorAll("tbody th")[k].prepend(dot);
  });
}

function rows(head, lines) {
  const node = document.createElement("table"), make = (name, text, extra = {}) => Object.assign(document.createElement(name), { textContent: text, ...extra });
  const top = node.createTHead().insertRow(), body = node.createTBody();
  head.forEach((text, k) => top.append(make("th", text, { scope: "col", className: k ? "number" : "" })));
  for (const line of lines.slice(0, 50)) {
    const row = body.insertRow();
    line.forEach((text, k) => row.append(k ? make("td", text, { className: "number" }) : make("th", text, { scope: "row" })));
  }
  table.replaceChildren(...(lines.length ? [node] : []));
}

const DRAW = { clicks: heat, moves: heat, dwell: heat, attention, scroll, keys, difference };
async function start() {
  const answer = await fetch(`/v1/panels/maps${location.search}`);
  found = await answer.json();
  if (!answer.ok || !found.numbers) { said.textContent = found.detail ?? found.nothing; return; }
  const draw = () => DRAW[found.kind](found.numbers);
  new ResizeObserver(draw).observe(canvas.parentElement);
  onPaper(draw);
}

if (canvas) start();
