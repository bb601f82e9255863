// Velocity, acceleration, jerk and curvature along time, one above the other, with the player's cursor on them.
import { extent, pyramid, rowAt } from "./columns.js";
import { ink, sharp } from "./scale.js";

const NAMES = ["velocity", "acceleration", "jerk", "curvature"];
const HIGH = 62, GAP = 8, AXIS = 22, SIDE = 8;
const short = (v) => (v === 0 ? "0" : Math.abs(v) < 1 ? v.toPrecision(2) : Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 2 }).format(v));

/** Seconds as 1:02.5. */
export function clock(seconds, digits = 1) {
  const minutes = Math.floor(seconds / 60), rest = (seconds - 60 * minutes).toFixed(digits);
  return `${minutes}:${rest.padStart(digits ? 3 + digits : 2, "0")}`;
}

export class Lines {
  constructor(canvas, over, data) {
    Object.assign(this, { canvas, over, data, range: null });
    this.lanes = NAMES.map((name) => ({ name, unit: data.units[name], values: data[name], levels: pyramid(data[name]) }));
    for (const lane of this.lanes) lane.most = typical(lane.values);
    this.end = Math.max(1, data.n ? data.t[data.n - 1] : 1);
    this.from = 0;
    this.to = this.end;
  }

  get height() { return NAMES.length * (HIGH + GAP) + AXIS; }
  at(time) { return SIDE + ((time - this.from) / (this.to - this.from)) * (this.size.width - 2 * SIDE); }
  time(px) { return this.from + ((px - SIDE) / (this.size.width - 2 * SIDE)) * (this.to - this.from); }

  /** Shows from..to, within the recording. */
  zoom(from, to) {
    const wide = Math.min(Math.max(to - from, 2000), this.end);
    this.from = Math.max(0, Math.min(from, this.end - wide));
    this.to = this.from + wide;
    this.draw();
  }

  draw() {
    this.size = sharp(this.canvas, this.height);
    this.top = sharp(this.over, this.height);
    const pen = this.size.pen;
    pen.font = "11px system-ui, sans-serif";
    if (this.range) this.band(pen);
    this.lanes.forEach((lane, k) => this.lane(pen, lane, k * (HIGH + GAP)));
    this.axis(pen);
  }

  band(pen) {
    const { t } = this.data, a = this.at(t[this.range[0]]), b = this.at(t[Math.min(this.range[1], this.data.n - 1)]);
    pen.fillStyle = ink("--accent");
    pen.globalAlpha = 0.16;
    pen.fillRect(a - 1, 0, Math.max(b - a, 2) + 2, this.height - AXIS);
    pen.globalAlpha = 1;
  }

  lane(pen, lane, top) {
    const { t } = this.data, signed = lane.name !== "velocity", { width } = this.size;
    const y = (v) => {
      const share = Math.max(-1, Math.min(1, v / lane.most));
      return signed ? top + HIGH / 2 - (share * HIGH) / 2 : top + HIGH - share * HIGH;
    };
    pen.strokeStyle = ink("--line");
    pen.lineWidth = 1;
    pen.strokeRect(SIDE, top + 0.5, width - 2 * SIDE, HIGH);
    if (signed) pen.strokeRect(SIDE, y(0), width - 2 * SIDE, 0);
    pen.strokeStyle = ink("--accent");
    pen.beginPath();
    const first = Math.max(0, rowAt(t, this.from) - 1), last = rowAt(t, this.to);
    if (last - first > 2 * width) {
      for (let px = SIDE, row = first; px < width - SIDE; px++) {
        const next = rowAt(t, this.time(px + 1));
        const both = next > row ? extent(lane.values, lane.levels, row, next) : null;
        if (both) { pen.moveTo(px + 0.5, y(both[0]) + 0.5); pen.lineTo(px + 0.5, y(both[1]) - 0.5); }
        row = Math.max(row, next);
      }
    } else {
      let before = -1;
      for (let i = first; i < Math.min(last + 1, this.data.n); i++) {
        if (lane.values[i] !== lane.values[i]) continue;
        const joined = before >= 0 && t[i] - t[before] < 5000;
        pen[joined ? "lineTo" : "moveTo"](Math.max(SIDE, Math.min(width - SIDE, this.at(t[i]))), y(lane.values[i]));
        before = i;
      }
    }
    pen.stroke();
    this.words(pen, lane, top, signed);
  }

  words(pen, lane, top, signed) {
    const words = `${lane.name}, ${signed ? "±" : "to "}${short(lane.most)} ${lane.unit}`;
    pen.textAlign = "left";
    pen.globalAlpha = 0.85;
    pen.fillStyle = ink("--sheet");
    pen.fillRect(SIDE + 3, top + 3, pen.measureText(words).width + 6, 15);
    pen.globalAlpha = 1;
    pen.fillStyle = ink("--ink");
    pen.fillText(words, SIDE + 6, top + 14);
  }

  axis(pen) {
    const span = (this.to - this.from) / 10000, steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
    const step = steps.find((s) => span / s <= Math.max(3, this.size.width / 110)) ?? 7200;
    pen.fillStyle = ink("--quiet");
    for (let s = Math.ceil(this.from / 10000 / step) * step; s * 10000 <= this.to; s += step) {
      const at = this.at(s * 10000);
      pen.textAlign = at < 20 ? "left" : at > this.size.width - 24 ? "right" : "center";
      pen.fillText(clock(s, step < 1 ? 1 : 0), at, this.height - 8);
    }
  }

  /** The cursor, and what each line is there. */
  cursor(time, row) {
    const { pen, width } = this.top;
    pen.clearRect(0, 0, width, this.height);
    if (time < this.from || time > this.to) return;
    const at = this.at(time);
    pen.strokeStyle = ink("--ink");
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(at, 0);
    pen.lineTo(at, this.height - AXIS);
    pen.stroke();
    pen.font = "11px system-ui, sans-serif";
    this.lanes.forEach((lane, k) => {
      let i = Math.min(row, this.data.n) - 1;
      for (let tries = 0; i > 0 && tries < 12 && lane.values[i] !== lane.values[i]; tries++) i--;
      if (i < 0 || lane.values[i] !== lane.values[i] || time - this.data.t[i] > 5000) return;
      const words = short(lane.values[i]), wide = pen.measureText(words).width, left = at + wide + 10 > width;
      pen.fillStyle = ink("--sheet");
      pen.fillRect(left ? at - wide - 8 : at + 3, k * (HIGH + GAP) + HIGH - 16, wide + 5, 14);
      pen.fillStyle = ink("--ink");
      pen.textAlign = left ? "right" : "left";
      pen.fillText(words, left ? at - 5 : at + 5, k * (HIGH + GAP) + HIGH - 5);
    });
  }
}

/** The 99.5th percentile of a column's size, of a sample: one wild value must not flatten a line. */
function typical(values) {
  const step = Math.max(1, Math.floor(values.length / 20000)), sample = [];
  for (let i = 0; i < values.length; i += step) if (values[i] === values[i]) sample.push(Math.abs(values[i]));
  sample.sort((a, b) => a - b);
  return sample[Math.min(sample.length - 1, Math.floor(sample.length * 0.995))] || 1;
}
