// A frame read back into the collector's cells: written from docs/wire.md, only for the tests.
import { Column } from "../columns";
import type { Head } from "../frame";

const table = Array.from({ length: 256 }, (_, i) => {
  let c = i;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

export const crc32 = (bytes: Uint8Array): number =>
  (bytes.reduce((crc, byte) => table[(crc ^ byte) & 255] ^ (crc >>> 8), -1) ^ -1) >>> 0;

const hex = (bytes: Uint8Array) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

export const read = (frame: Uint8Array): { head: Head; cells: Float64Array[] } => {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (new TextDecoder().decode(frame.subarray(0, 6)) !== "musc\x01\x00") throw new Error("not a frame of version 1");
  if (view.getUint32(8, true) !== frame.length) throw new Error("a lying length");
  if (view.getUint32(frame.length - 4, true) !== crc32(frame.subarray(0, -4))) throw new Error("a wrong checksum");
  const n = view.getUint16(6, true);
  const mask = view.getUint32(48, true);
  let at = 56 + view.getUint16(52, true);
  const context = JSON.parse(new TextDecoder().decode(frame.subarray(56, at)));
  const cells = Array.from({ length: Column.Count }, () => new Float64Array(n).fill(NaN));
  const next = (width: number): number => {
    at += width;
    if (width === 8) return Number(view.getBigInt64(at - 8, true));
    return width === 4 ? view.getInt32(at - 4, true) : width === 2 ? view.getInt16(at - 2, true) : view.getInt8(at - 1);
  };

  const steps = [Column.T, Column.X, Column.Y].map((column) => {
    const words = Array.from({ length: n }, () => next(2));
    let sum = 0;
    return words.map((word, i) => {
      const step = word === -32768 ? next(8) : word === -32767 ? 0 : word;
      const moved = sum && step;
      sum += step;
      if (word !== -32767) cells[column][i] = sum;
      return moved;
    });
  });
  for (let bit = 0; bit < Column.T; bit++) {
    if (!((mask >>> bit) & 1)) continue;
    const width = next(1);
    const count = next(2) & 0xffff;
    const starts = count < n ? Array.from({ length: count }, () => next(2) & 0xffff) : [...Array(n).keys()];
    starts.forEach((start, run) => {
      const value = next(width);
      const null_ = -(2 ** (8 * width - 1));
      cells[bit].fill(value === null_ ? NaN : value, start, starts[run + 1] ?? n);
    });
    const moved = bit === Column.MovementX ? steps[1] : bit === Column.MovementY ? steps[2] : undefined;
    if (moved) cells[bit].forEach((value, i) => (cells[bit][i] = value + moved[i]));
  }
  if (at !== frame.length - 4) throw new Error("bytes after the last column");
  const head = {
    recording: hex(frame.subarray(16, 32)),
    view: hex(frame.subarray(32, 40)),
    sequence: view.getUint32(12, true),
    origin: Number(view.getBigInt64(40, true)) / 10,
    context,
  };
  return { head, cells };
};
