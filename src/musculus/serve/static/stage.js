// The window as the visitor saw it: the way of a page view in pale, what was just done in the colours of speed.
import { BINS, binOf, colours, ink, sharp } from "./scale.js";

const REST = 5000; // tenths of ms without an event: the pointer rested, or left
const TRAIL = 30000; // tenths of ms that stay bright
const MOST = 24000; // segments of the pale way; longer ones are thinned until it is so few
const SHOWN = 15000; // tenths of ms that a click or key stays marked

export class Stage {
  constructor(canvas, data) {
    this.canvas = canvas;
    this.data = data;
    this.under = document.createElement("canvas"); // the pale way, drawn once a page view
    this.page = null;
    this.range = null; // rows that stand out: a stroke, or what a reason rests on
    this.code = Object.fromEntries(data.kinds.map((name, k) => [name, k]));
    this.walks = new Uint8Array(data.kinds.length);
    for (const name of ["move", "down", "up"]) this.walks[this.code[name]] = 1;
    this.boxes = new Map(data.boxes.map((box) => [box[0], box]));
  }

  /** The page view a row lies in. */
  pageOf(row) { return this.data.pages.find((page) => page.page === this.data.page[row]) ?? this.data.pages[0]; }

  fit() {
    const page = this.page;
    if (!page) return;
    const wide = page.width || 1280, high = page.height || 720, room = this.canvas.parentElement.clientWidth;
    this.scale = Math.min(room / wide, Math.max(220, Math.min(innerHeight * 0.62, 620)) / high);
    this.size = sharp(this.canvas, high * this.scale, wide * this.scale);
    this.colours = colours();
    this.drawUnder();
  }

  show(page) { this.page = page; this.fit(); }

  drawUnder() {
    const { width, height } = this.canvas;
    Object.assign(this.under, { width, height });
    const pen = this.under.getContext("2d");
    pen.scale(width / this.size.width, height / this.size.height);
    pen.strokeStyle = ink("--quiet");
    pen.globalAlpha = 0.55;
    pen.lineWidth = 1;
    this.outline(pen);
    const { x, y, t, page, kind, n } = this.data, s = this.scale, at = this.page.page;
    let least = 1.5, points;
    do { // levels: the fewer points fit, the farther apart they are
      points = [];
      let px = -99, py = -99, before = 0;
      for (let i = 0; i < n; i++) {
        if (page[i] !== at || !this.walks[kind[i]] || x[i] !== x[i]) continue;
        const a = x[i] * s, b = y[i] * s, rested = t[i] - before > REST;
        before = t[i];
        if (!rested && Math.abs(a - px) + Math.abs(b - py) < least) continue;
        points.push(a, b, rested ? 1 : 0);
        px = a; py = b;
      }
      least *= 2;
    } while (points.length > 3 * MOST);
    pen.beginPath();
    for (let i = 0; i < points.length; i += 3) {
      if (points[i + 2]) pen.moveTo(points[i], points[i + 1]); else pen.lineTo(points[i], points[i + 1]);
    }
    pen.stroke();
  }

  outline(pen) {
    const seen = new Set();
    for (const [row, left, top, width, height] of this.data.boxes) {
      const key = `${left} ${top} ${width} ${height}`;
      if (this.data.page[row] !== this.page.page || seen.has(key)) continue;
      seen.add(key);
      pen.strokeRect(left * this.scale, top * this.scale, width * this.scale, height * this.scale);
    }
  }

  /** One frame: everything up to `row`, which comes at `time`. */
  draw(time, row) {
    const pen = this.size.pen, { width, height } = this.size;
    if (!this.under.width || !this.under.height) return; // the page has no room yet
    pen.globalAlpha = this.range ? 0.6 : 1;
    pen.clearRect(0, 0, width, height);
    pen.drawImage(this.under, 0, 0, width, height);
    pen.globalAlpha = 1;
    if (this.range) this.trail(pen, this.range[0], Math.min(this.range[1] + 1, this.data.n), 3.2);
    else this.trail(pen, this.back(row, time - TRAIL), row, 2.4);
    this.window(pen, row);
    this.marks(pen, time, row);
    this.pointer(pen, row);
  }

  /** The window as it is now, where it was larger before or will be. */
  window(pen, row) {
    const sizes = this.data.sizes.filter(([at]) => at <= row && this.data.page[at] === this.page.page);
    const [, wide, high] = sizes.at(-1) ?? [];
    if (!wide || (wide >= this.page.width && high >= this.page.height)) return;
    pen.strokeStyle = ink("--quiet");
    pen.lineWidth = 1;
    pen.setLineDash([8, 6]);
    pen.strokeRect(0.5, 0.5, wide * this.scale - 1, high * this.scale - 1);
    pen.setLineDash([]);
  }

  back(row, time) {
    let first = row;
    while (first > 0 && this.data.t[first - 1] >= time) first--;
    return first;
  }

  trail(pen, first, last, wide) {
    const { x, y, t, kind, page, velocity } = this.data, s = this.scale, here = this.page.page;
    const step = Math.max(1, Math.floor((last - first) / 12000));
    const paths = Array.from({ length: BINS }, () => null);
    let before = -1, fastest = 0;
    for (let i = first; i < last; i++) {
      if (page[i] !== here || !this.walks[kind[i]] || x[i] !== x[i]) continue;
      if (velocity[i] > fastest) fastest = velocity[i];
      if (before >= 0 && i - before < step && i < last - 1) continue;
      if (before >= 0 && t[i] - t[before] <= REST) {
        const path = (paths[binOf(fastest)] ??= new Path2D());
        path.moveTo(x[before] * s, y[before] * s);
        path.lineTo(x[i] * s, y[i] * s);
      }
      before = i;
      fastest = 0;
    }
    pen.lineCap = "round";
    pen.lineWidth = wide;
    paths.forEach((path, k) => { if (path) { pen.strokeStyle = this.colours[k]; pen.stroke(path); } });
  }

  marks(pen, time, row) {
    const [first, last] = this.range ? [this.range[0], this.range[1] + 1] : [this.back(row, time - SHOWN), row];
    const key = this.code.key_down;
    let keys = 0;
    for (let i = first; i < last; i++) {
      if (this.data.page[i] !== this.page.page) continue;
      if (["click", "dblclick", "contextmenu"].some((name) => this.data.kind[i] === this.code[name])) this.click(pen, i);
      if (this.data.kind[i] === key) keys += this.key(pen, i, keys);
    }
  }

  click(pen, i) {
    const { x, y, trusted } = this.data, s = this.scale, made = trusted[i] === 0;
    const box = this.boxes.get(i);
    pen.strokeStyle = made ? ink("--bot") : ink("--ink");
    pen.lineWidth = 1.6;
    if (box) pen.strokeRect(box[1] * s, box[2] * s, box[3] * s, box[4] * s);
    pen.lineWidth = 2.2;
    pen.beginPath();
    pen.arc(x[i] * s, y[i] * s, 8, 0, 7);
    if (made) for (const turn of [-1, 1]) {
      pen.moveTo(x[i] * s - 5, y[i] * s - 5 * turn);
      pen.lineTo(x[i] * s + 5, y[i] * s + 5 * turn);
    }
    pen.stroke();
  }

  key(pen, i, before) {
    const word = this.data.keys[this.data.key[i]] ?? "key";
    pen.font = "12px system-ui, sans-serif";
    const wide = pen.measureText(word).width + 12, at = 8 + before;
    if (at + wide > this.size.width) return 0;
    pen.fillStyle = ink("--sheet");
    pen.strokeStyle = ink("--quiet");
    pen.lineWidth = 1;
    pen.beginPath();
    pen.roundRect(at, this.size.height - 30, wide, 22, 4);
    pen.fill();
    pen.stroke();
    pen.fillStyle = ink("--ink");
    pen.textAlign = "left";
    pen.fillText(word, at + 6, this.size.height - 15);
    return wide + 5;
  }

  pointer(pen, row) {
    const { x, y, page } = this.data;
    let i = Math.min(row, this.data.n) - 1;
    while (i >= 0 && page[i] === this.page.page && x[i] !== x[i]) i--;
    if (i < 0 || page[i] !== this.page.page) return;
    const a = x[i] * this.scale, b = y[i] * this.scale;
    pen.beginPath();
    for (const [dx, dy] of [[0, 0], [0, 16], [4, 12.5], [7, 18.5], [9.5, 17.3], [6.6, 11.5], [11.5, 11.5]]) pen.lineTo(a + dx, b + dy);
    pen.closePath();
    pen.fillStyle = ink("--ink");
    pen.strokeStyle = ink("--sheet");
    pen.lineWidth = 1.4;
    pen.fill();
    pen.stroke();
  }
}
