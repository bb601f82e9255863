// The sources on a bare EventTarget, with events that a browser would not be bothered to make.
import assert from "node:assert/strict";
import test from "node:test";
import { createRows, type Rows } from "../buffer";
import { Column, Family, Flag, Kind, ROOM } from "../columns";
import { keys } from "../sources/keys";
import { pointer } from "../sources/pointer";
import type { Source } from "../sources/source";

const happen = (root: EventTarget, type: string, fields: object) => {
  const event = new Event(type);
  for (const [name, value] of Object.entries(fields)) Object.defineProperty(event, name, { value });
  root.dispatchEvent(event);
};

/** Runs a source on a root of its own; `tell` makes events there. */
const run = (source: Source) => {
  const root = new EventTarget();
  const rows = createRows(() => assert.fail("full"), () => {});
  const stop = source(rows, root as Window);
  const tell = (type: string, fields: object) => happen(root, type, fields);
  return { rows, stop, tell };
};

const column = (rows: Rows, which: Column) => Array.from(rows.cells[which].subarray(0, rows.count));
const mouse = { pointerType: "mouse", pointerId: 1, isPrimary: true, isTrusted: true, button: -1, buttons: 0, clientX: 1, clientY: 2 };

test("a release in another order finds its own press", () => {
  const { rows, tell } = run(keys);
  for (const [type, code] of [["down", "KeyA"], ["down", "KeyB"], ["up", "KeyA"], ["down", "KeyA"], ["up", "KeyB"], ["up", "KeyA"]]) {
    tell(`key${type}`, { code, key: "x", repeat: false });
  }
  assert.deepEqual(column(rows, Column.Slot), [0, 1, 0, 2, 1, 2]);
});

test("a release whose press nobody saw has no slot", () => {
  const { rows, tell } = run(keys);
  tell("keyup", { code: "KeyA", key: "a", repeat: false });
  assert.deepEqual(column(rows, Column.Slot), [NaN]);
});

test("keys are told by class in every script, and only by class", () => {
  const { rows, tell } = run(keys);
  const pressed = ["ß", "語", "é", "٣", "7", " ", "Enter", "Backspace", "Delete", "Tab", "ArrowUp", "AltGraph", "F12", "Dead", "€", "Escape"];
  for (const key of pressed) tell("keydown", { code: "", key, repeat: false });
  assert.deepEqual(column(rows, Column.KeyClass), [0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]);
});

test("a mouse event is kept where no pointer event came before it", () => {
  const { rows, tell } = run(pointer(() => {}));
  tell("pointerdown", { ...mouse, timeStamp: 5, button: 0, buttons: 1 });
  tell("mousedown", { ...mouse, timeStamp: 5, button: 0, buttons: 1, pointerId: undefined });
  tell("mousedown", { ...mouse, timeStamp: 900, button: 0, buttons: 1, pointerId: undefined });
  assert.deepEqual(column(rows, Column.Kind), [Kind.Down, Kind.Down]);
  assert.deepEqual(column(rows, Column.Flags).map((flags) => flags >> 5), [Family.Pointer, Family.Mouse]);
});

test("what a browser makes of a tap for the mouse is no mouse", () => {
  const { rows, tell } = run(pointer(() => {}));
  const touch = { ...mouse, pointerType: "touch", pointerId: 7 };
  tell("pointerdown", { ...touch, timeStamp: 100, button: 0, buttons: 1 });
  tell("pointerup", { ...touch, timeStamp: 180, button: 0 });
  for (const type of ["mousemove", "mousedown", "mouseup"]) tell(type, { ...mouse, timeStamp: 490, pointerId: undefined });
  assert.deepEqual(column(rows, Column.Kind), [Kind.Down, Kind.Up]);
});

test("all samples but the last of a move are coalesced; where the browser can't tell, nothing is said", () => {
  const { rows, tell } = run(pointer(() => {}));
  const samples = [1, 2.03, 3.5].map((x) => ({ ...mouse, timeStamp: x, clientX: x }));
  tell("pointermove", { ...mouse, getCoalescedEvents: () => samples });
  tell("pointermove", { ...mouse, getCoalescedEvents: () => [] });
  tell("pointermove", mouse);
  assert.deepEqual(column(rows, Column.X), [8, 16, 28, 8, 8]);
  assert.deepEqual(column(rows, Column.Flags).map((flags) => flags & Flag.Coalesced), [4, 4, 0, 0, 0]);
  assert.deepEqual(column(rows, Column.Nulls).map((nulls) => nulls & Flag.Coalesced), [0, 0, 0, 0, 4]);
  assert.deepEqual(column(rows, Column.Flags).map((flags) => flags & Flag.Fractional), [0, 1, 0, 0, 0]); // 3.5 shows it itself
});

test("after stop nothing is heard", () => {
  const { rows, stop, tell } = run(keys);
  stop();
  tell("keydown", { code: "KeyA", key: "a", repeat: false });
  assert.equal(rows.count, 0);
});

test("columns are emptied for the next batch, and a row more than fits empties them first", () => {
  let full = 0;
  const rows = createRows(
    () => {
      full++;
      rows.empty();
    },
    () => {},
  );
  for (let i = 0; i <= ROOM; i++) {
    rows.row(Kind.Move, { timeStamp: i, clientX: i, clientY: i, isTrusted: true }, Family.Pointer);
    if (i < ROOM) rows.put(Column.Button, 1);
  }
  assert.equal(full, 1);
  assert.deepEqual(column(rows, Column.X), [8 * ROOM]);
  assert.deepEqual(column(rows, Column.Button), [NaN]);
});
