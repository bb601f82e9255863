import { Column } from "./columns";

/** Whose events they are; `origin` is the document's time origin in ms since 1970. */
export interface Head {
  readonly recording: string;
  readonly view: string;
  readonly sequence: number;
  readonly origin: number;
  readonly context: unknown[];
}

/** 0.1 ms, in which times travel. */
export const ticks = (ms: number) => Math.floor(ms * 10 + 0.5);

const ESCAPE = -32768;
const MISSING = -32767;

/** Of CRC-32 (IEEE), for each byte. */
const table = Array.from({ length: 256 }, (_, crc) => {
  for (let bit = 8; bit--; ) crc = (crc >>> 1) ^ (crc & 1 && 0xedb88320);
  return crc;
});

/** Rows `from` to `to` as one binary frame; docs/wire.md has the layout, golden frames hold both sides to it. */
export const encode = (cells: Float64Array[], from: number, to: number, head: Head): Uint8Array => {
  let out: number[] = [];
  /** A whole number below 2^53, little endian, in `width` bytes. */
  const int = (value: number, width: number) => {
    for (; width--; value = Math.floor(value / 256)) out.push(value & 255);
  };
  /** A delta column; gives back its steps, 0 where there is no position, or none before. */
  const deltas = (column: Float64Array) => {
    const far: number[] = [];
    let last = 0;
    const steps = column.map((value) => {
      const step = value - last || 0;
      const fits = Math.abs(step) < -MISSING;
      const moved = last && step;
      if (value === value) last = value;
      if (!fits) far.push(step);
      int(value === value ? (fits ? step : ESCAPE) : MISSING, 2);
      return moved;
    });
    far.map((step) => int(step, 8));
    return steps;
  };
  /** A run column; false where it has nothing but nulls. */
  const runs = (column: Float64Array): boolean => {
    const starts: number[] = [];
    let reach = -1;
    column.forEach((value, i) => {
      if (!Object.is(value, column[i - 1])) starts.push(i);
      if (value === value) reach = Math.max(reach, Math.abs(value));
    });
    if (reach < 0) return false;
    const width = reach > 32767 ? 4 : reach > 127 ? 2 : 1;
    const dense = starts.length * (2 + width) >= column.length * width;
    const values = dense ? Array.from(column) : starts.map((i) => column[i]);
    int(width, 1);
    int(values.length, 2);
    if (!dense) starts.map((i) => int(i, 2));
    values.map((value) => int(value === value ? value : 1 << (8 * width - 1), width));
    return true;
  };

  const columns = cells.map((cell) => cell.slice(from, to));
  const [, ...steps] = columns.slice(Column.T).map(deltas); // of X and Y
  let mask = 0;
  columns.slice(0, Column.T).map((column, bit) => {
    const moved = steps[bit - Column.MovementX];
    if (runs(moved ? column.map((value, i) => value - moved[i]) : column)) mask |= 1 << bit;
  });
  const context = new TextEncoder().encode(JSON.stringify(head.context));
  const body = out;
  out = [];
  int(0x6373756d, 4); // "musc"
  int(1, 2); // the version, and 0
  int(to - from, 2);
  int(60 + context.length + body.length, 4);
  int(head.sequence, 4);
  (head.recording + head.view).replace(/../g, (byte) => (int(parseInt(byte, 16), 1), ""));
  int(ticks(head.origin), 8);
  int(mask, 4);
  int(context.length, 4); // and two bytes of 0
  out.push(...context);
  out = out.concat(body);
  let crc = -1;
  for (const byte of out) crc = table[(crc ^ byte) & 255] ^ (crc >>> 8);
  int(~crc, 4);
  return new Uint8Array(out);
};
