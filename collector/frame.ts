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
const table = Int32Array.from({ length: 256 }, (_, crc) => {
  for (let bit = 8; bit--; ) crc = (crc >>> 1) ^ (crc & 1 && 0xedb88320);
  return crc;
});

const crc32 = (bytes: Uint8Array, end: number) => {
  let crc = -1;
  for (let i = 0; i < end; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc;
};

/** Rows `from` to `to` as one binary frame; docs/wire.md has the layout, golden frames hold both sides to it. */
export const encode = (cells: Float64Array[], from: number, to: number, head: Head): Uint8Array => {
  const context = new TextEncoder().encode(JSON.stringify(head.context));
  const bytes = new Uint8Array(999 + context.length + 130 * (to - from)); // a row of escapes and wide runs has 130
  const out = new DataView(bytes.buffer);
  let at = 0;
  /** A whole number of `width` bytes, little endian; the bytes after it are written over by the next. */
  const int = (value: number, width: number) => {
    out.setInt32(at, value, true); // its lowest 32 bits
    at += width;
  };
  const long = (value: number) => {
    int(value, 4);
    int(Math.floor(value / 2 ** 32), 4);
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
    far.map(long);
    return steps;
  };
  /** A run column; false where it has nothing but nulls. */
  const runs = (column: Float64Array): boolean => {
    const starts: number[] = [];
    let reach = -1;
    let last = 0.5; // none is
    column.forEach((value, i) => {
      if (value !== last && (value === value || last === last)) starts.push(i);
      if (Math.abs(value) > reach) reach = Math.abs(value);
      last = value;
    });
    if (reach < 0) return false;
    const width = reach > 32767 ? 4 : reach > 127 ? 2 : 1;
    const dense = starts.length * (2 + width) >= column.length * width;
    const write = (value: number) => int(value === value ? value : 1 << (8 * width - 1), width);
    int(width, 1);
    int(dense ? column.length : starts.length, 2);
    if (dense) column.forEach(write);
    else {
      starts.map((i) => int(i, 2));
      starts.map((i) => write(column[i]));
    }
    return true;
  };

  int(0x6373756d, 4); // "musc"
  int(1, 2); // the version, and 0
  int(to - from, 6); // and the length, below
  int(head.sequence, 4);
  (head.recording + head.view).replace(/../g, (byte) => (int(parseInt(byte, 16), 1), ""));
  long(ticks(head.origin));
  at += 4; // the mask, below
  int(context.length, 4); // and two bytes of 0
  bytes.set(context, at);
  at += context.length;
  const columns = cells.map((cell) => cell.subarray(from, to));
  const [, ...steps] = columns.slice(Column.T).map(deltas); // of X and Y
  let mask = 0;
  columns.slice(0, Column.T).map((column, bit) => {
    const moved = steps[bit - Column.MovementX];
    if (runs(moved ? column.map((value, i) => value - moved[i]) : column)) mask |= 1 << bit;
  });
  out.setInt32(8, at + 4, true);
  out.setInt32(48, mask, true);
  int(crc32(bytes, at), 4);
  return bytes.slice(0, at);
};
