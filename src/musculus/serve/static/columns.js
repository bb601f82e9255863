// Reads the binary file of /v1/recordings/{id}/events: a header in JSON, then columns of fixed width.
const KINDS = { "<u4": Uint32Array, "<f4": Float32Array, "<u2": Uint16Array, "|u1": Uint8Array, "|i1": Int8Array };

export async function load(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error((await answer.json()).detail ?? answer.status);
  const bytes = await answer.arrayBuffer();
  const length = new DataView(bytes).getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 12, length)));
  let at = 12 + length;
  const columns = {};
  for (const [name, kind] of header.columns) {
    const values = new KINDS[kind](bytes, at, header.events);
    columns[name] = values;
    at += Math.ceil(values.byteLength / 8) * 8;
  }
  return { ...header, ...columns, n: header.events };
}

/** The first row at or after a time, in tenths of a millisecond; rows stand in the order of time, nearly. */
export function rowAt(t, time) {
  let low = 0, high = t.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle] < time) low = middle + 1; else high = middle;
  }
  return low;
}

/** Least and most of each 64 rows, then of each 8 of those, and so on: what a line of any width is drawn from. */
export function pyramid(values) {
  const levels = [];
  let low = values, high = values, size = 64;
  while (low.length > 1) {
    const n = Math.ceil(low.length / size), a = new Float32Array(n).fill(NaN), b = new Float32Array(n).fill(NaN);
    for (let i = 0; i < low.length; i++) {
      const k = Math.floor(i / size);
      if (low[i] < a[k] || (a[k] !== a[k] && low[i] === low[i])) a[k] = low[i];
      if (high[i] > b[k] || (b[k] !== b[k] && high[i] === high[i])) b[k] = high[i];
    }
    levels.push({ rows: (levels.at(-1)?.rows ?? 1) * size, low: a, high: b });
    low = a; high = b; size = 8;
  }
  return levels;
}

/** Least and most of rows first..last (excluded), from the coarsest level that fits. */
export function extent(values, levels, first, last) {
  let low = Infinity, high = -Infinity, at = first;
  const see = (a, b) => { if (a < low) low = a; if (b > high) high = b; };
  while (at < last) {
    let level = null;
    for (const one of levels) if (at % one.rows === 0 && at + one.rows <= last) level = one; else break;
    if (level) { const k = at / level.rows; see(level.low[k], level.high[k]); at += level.rows; }
    else { see(values[at], values[at]); at++; }
  }
  return low <= high ? [low, high] : null;
}
