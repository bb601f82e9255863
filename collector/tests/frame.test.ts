import assert from "node:assert/strict";
import test from "node:test";
import { Column } from "../columns";
import { encode } from "../frame";
import { cellsOf, contextOf, golden } from "./golden";
import { crc32, read } from "./read";

for (const { name, frame, document } of golden()) {
  const head = {
    recording: document.recording,
    view: document.view,
    sequence: document.sequence,
    origin: document.time_origin,
    context: contextOf(document),
  };

  test(`the golden frame "${name}" is what the collector writes of the same events`, () => {
    const written = encode(cellsOf(document), 0, document.columns.t.length, head);
    assert.equal(Buffer.from(written).toString("hex"), Buffer.from(frame).toString("hex"));
  });

  test(`the golden frame "${name}" reads back as the events it was made of`, () => {
    const found = read(frame);
    assert.deepEqual(found.head, head);
    assert.deepEqual(found.cells, cellsOf(document));
  });
}

test("crc32 gives the check value of the standard", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

test("rows from the middle of a batch make a frame of their own", () => {
  const { document } = golden().find(({ name }) => name === "everything")!;
  const cells = cellsOf(document);
  const head = { recording: "0".repeat(32), view: "0".repeat(16), sequence: 3, origin: 1e12, context: ["s"] };
  const found = read(encode(cells, 5, 12, head));
  assert.deepEqual(found.cells, cells.map((cell) => cell.slice(5, 12)));
  assert.equal(found.head.sequence, 3);
});

test("a thousand moves of a 1 kHz mouse take about seven bytes each", () => {
  const cells = Array.from({ length: Column.Count }, () => new Float64Array(1000).fill(NaN));
  for (let i = 0; i < 1000; i++) {
    const x = Math.floor(8 * (600 + 400 * Math.sin(i / 150)));
    const y = Math.floor(8 * (400 + 300 * Math.cos(i / 210)));
    Object.entries({
      [Column.Kind]: 0, [Column.T]: 10 * i + (i % 3), [Column.X]: x, [Column.Y]: y, [Column.Nulls]: 16,
      [Column.Flags]: 10 + (i % 16 < 15 ? 4 : 0) + (x % 8 || y % 8 ? 1 : 0), [Column.PointerId]: 1, [Column.Pointer]: 0,
      [Column.Buttons]: 0, [Column.ScreenX]: 80, [Column.ScreenY]: 640,
    }).forEach(([column, value]) => (cells[+column][i] = value));
  }
  const head = { recording: "0".repeat(32), view: "0".repeat(16), sequence: 3, origin: 1e12, context: ["demo", "/"] };
  const size = encode(cells, 0, 1000, head).length;
  assert.ok(size < 7_300, `${size} bytes`);
});
