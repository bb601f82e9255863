// The player of one recording: time, speed, idle times, and what the stage, the lines and the lists show of it.
import { load, rowAt } from "./columns.js";
import { Lines, clock } from "./lines.js";
import { legend, onPaper } from "./scale.js";
import { Stage } from "./stage.js";
import { listStrokes } from "./strokes.js";

const $ = (id) => document.getElementById(id);
const IDLE = 10000; // tenths of ms without an event that are skipped
const figure = $("replay"), place = new URL(location.href).search;
const player = { time: 0, playing: false, speed: 1, last: 0, frames: 0 };
let data, stage, lines;

const row = () => rowAt(data.t, player.time + 1);

function draw() {
  const at = row(), page = stage.pageOf(stage.range ? stage.range[0] : Math.max(0, at - 1));
  if (page !== stage.page) { stage.show(page); tellPage(page); }
  stage.draw(player.time, at);
  if (player.playing && (player.time > lines.to || player.time < lines.from)) lines.zoom(player.time, player.time + lines.to - lines.from);
  lines.cursor(player.time, at);
  $("scrub").value = String(Math.round(player.time));
  $("scrub").setAttribute("aria-valuetext", clock(player.time / 10000));
  $("clock").textContent = `${clock(player.time / 10000)} / ${clock(lines.end / 10000)}`;
  player.frames += 1;
  figure.dataset.frames = String(player.frames);
}

let waiting = false;
function soon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; draw(); });
}

function seek(time, keep = false) {
  player.time = Math.max(0, Math.min(time, lines.end));
  if (!keep && stage.range) pick(null);
  soon();
}

function tick(now) {
  if (!player.playing) return;
  const passed = Math.min(now - player.last, 250) * 10 * player.speed;
  player.last = now;
  player.time += passed;
  const next = data.t[row()];
  if ($("idle").checked && next - player.time > IDLE) player.time = next - 2000;
  if (player.time >= lines.end) { player.time = lines.end; play(false); }
  draw();
  requestAnimationFrame(tick);
}

function play(on) {
  player.playing = on;
  $("play").textContent = on ? "Pause" : "Play";
  if (!on) return;
  if (player.time >= lines.end) player.time = 0;
  if (stage.range) pick(null);
  player.last = performance.now();
  requestAnimationFrame(tick);
}

/** Rows first..last stand out everywhere; null ends that. */
function pick(rows, item = null) {
  for (const other of document.querySelectorAll(".picked")) other.classList.remove("picked");
  item?.classList.add("picked");
  stage.range = lines.range = rows;
  if (rows) {
    play(false);
    const from = data.t[rows[0]], to = data.t[Math.min(rows[1], data.n - 1)], room = Math.max((to - from) * 0.25, 2500);
    player.time = Math.min(to + 1, lines.end);
    lines.zoom(from - room, to + room);
  } else lines.draw();
  soon();
}

function toggle(rows, item) { pick(item.classList.contains("picked") ? null : rows, item.classList.contains("picked") ? null : item); }

function tellPage(page) {
  const gone = page.missing || page.lost ? ` Incomplete: ${page.missing} batches never came, ${page.lost} events were dropped by the page.` : "";
  $("where").textContent = `${page.address || "a page"}, window ${page.width} x ${page.height} px.${gone}`;
  for (const button of $("pages").children) button.setAttribute("aria-pressed", String(Number(button.value) === page.page));
}

function listPages() {
  if (data.pages.length < 2) return;
  for (const page of data.pages) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", value: String(page.page), textContent: page.address || `page ${page.page + 1}` });
    button.addEventListener("click", () => seek(data.t[Math.max(0, data.page.indexOf(page.page))] + 1));
    $("pages").append(button);
  }
}

function refit() { stage.fit(); lines.draw(); legend($("legend")); soon(); }

function drag(canvas) {
  const to = (event) => seek(lines.time(event.clientX - canvas.getBoundingClientRect().left));
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); to(event); });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons) to(event); });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.shiftKey) return;
    event.preventDefault();
    zoomBy(event.deltaY + event.deltaX > 0 ? 1.4 : 1 / 1.4, lines.time(event.offsetX));
  }, { passive: false });
}

function zoomBy(factor, around = player.time) {
  const from = around - (around - lines.from) * factor;
  lines.zoom(from, from + (lines.to - lines.from) * factor);
  soon();
}

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
function keys(event) {
  if (event.target.closest("input:not([type=range]), select, textarea, button, a, summary") || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = event.shiftKey ? 50000 : 5000, speed = SPEEDS.indexOf(player.speed);
  const acts = {
    " ": () => play(!player.playing), ArrowLeft: () => seek(player.time - step), ArrowRight: () => seek(player.time + step),
    Home: () => seek(0), End: () => seek(lines.end), "+": () => zoomBy(0.5), "-": () => zoomBy(2), Escape: () => pick(null),
    ">": () => faster(SPEEDS[Math.min(speed + 1, 5)]), "<": () => faster(SPEEDS[Math.max(speed - 1, 0)]),
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
}

function faster(speed) { player.speed = speed; $("speed").value = String(speed); }

function listen() {
  $("play").addEventListener("click", () => play(!player.playing));
  $("speed").addEventListener("change", (event) => faster(Number(event.target.value)));
  $("scrub").max = String(lines.end);
  $("scrub").addEventListener("input", (event) => seek(Number(event.target.value)));
  $("closer").addEventListener("click", () => zoomBy(0.5));
  $("wider").addEventListener("click", () => zoomBy(2));
  $("all").addEventListener("click", () => { pick(null); lines.zoom(0, lines.end); soon(); });
  $("reasons")?.addEventListener("click", (event) => {
    const item = event.target.closest("li[data-first]");
    if (!item) return;
    toggle([Number(item.dataset.first), Number(item.dataset.last)], item);
    if (item.classList.contains("picked")) figure.scrollIntoView({ block: "start" });
  });
  document.addEventListener("keydown", keys);
  drag($("over"));
  new ResizeObserver(refit).observe(figure);
  onPaper(refit);
}

async function start() {
  const one = `/v1/recordings/${figure.dataset.recording}`;
  try {
    data = await load(`${one}/events${place}`);
  } catch (error) {
    $("where").textContent = `The events can't be had: ${error.message}`;
    return;
  }
  if (!data.n || !data.pages.length) { $("where").textContent = "No events came."; return; }
  stage = new Stage($("stage"), data);
  lines = new Lines($("lines"), $("over"), data);
  player.time = lines.end;
  stage.show(stage.pageOf(data.n - 1));
  tellPage(stage.page);
  listPages();
  listen();
  refit();
  draw();
  figure.dataset.ready = "1";
  const clicks = data.kind.reduce((sum, kind) => sum + (data.kinds[kind] === "click"), 0);
  $("counted").textContent = `${data.n.toLocaleString("en")} events, ${clicks.toLocaleString("en")} clicks`;
  listStrokes(`${one}/strokes${place}`, toggle);
}

start();
