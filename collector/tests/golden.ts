// The golden frames as the collector would hold them: rows of columns in the frame's units.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Column } from "../columns";

const FOLDER = join(import.meta.dirname, "../../../tests/golden");
const NULLABLE = ["fractional", "trusted", "coalesced", "primary", "fixed"];
const SOURCES = ["pointer", "mouse", "key", "page"];
const WORDS: Record<string, string[]> = {
  kind: [
    "move", "down", "up", "cancel", "click", "dblclick", "contextmenu", "wheel", "scroll", "key_down", "key_up",
    "enter", "leave", "stimulus", "task", "show", "hide", "focus", "blur", "resize",
  ],
  pointer: ["mouse", "touch", "pen"],
  key_class: [
    "letter", "digit", "space", "enter", "backspace", "delete", "tab", "arrow", "modifier", "function", "other",
  ],
};
// Where each column of the JSON goes, and how many units make one of its own.
const COLUMNS: Record<string, [Column, number]> = {
  t: [Column.T, 10], x: [Column.X, 8], y: [Column.Y, 8], kind: [Column.Kind, 1],
  pointer_id: [Column.PointerId, 1], pointer: [Column.Pointer, 1], button: [Column.Button, 1], buttons: [Column.Buttons, 1],
  movement_x: [Column.MovementX, 8], movement_y: [Column.MovementY, 8], screen_x: [Column.ScreenX, 8],
  screen_y: [Column.ScreenY, 8], scroll_x: [Column.ScrollX, 8], scroll_y: [Column.ScrollY, 8], dx: [Column.Dx, 8],
  dy: [Column.Dy, 8], slot: [Column.Slot, 1], key_class: [Column.KeyClass, 1], repeat: [Column.Repeat, 1],
  target: [Column.Target, 1], left: [Column.Left, 8], top: [Column.Top, 8], width: [Column.Width, 8],
  height: [Column.Height, 8], pressure: [Column.Pressure, 2 ** 28], detail: [Column.Detail, 1],
};

type Value = number | string | boolean | null;
export interface Document {
  recording: string;
  view: string;
  sequence: number;
  time_origin: number;
  context: Record<string, any>;
  columns: Record<string, Value[]>;
}
export interface Golden {
  name: string;
  frame: Uint8Array;
  document: Document;
}

/** Every golden frame with the document that says the same. */
export const golden = (): Golden[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".bin"))
    .map((file) => ({
      name: file.slice(0, -4),
      frame: new Uint8Array(readFileSync(join(FOLDER, file))),
      document: JSON.parse(readFileSync(join(FOLDER, file.replace(".bin", ".json")), "utf8")),
    }));

const units = (name: string, value: Value, scale: number): number => {
  if (value === null) return NaN;
  if (typeof value !== "string") return Math.floor(+value * scale + 0.5);
  const code = WORDS[name].indexOf(value);
  if (code < 0) throw new Error(`no ${name} ${value}`);
  return code;
};

/** The document's columns as `Rows.cells`. */
export const cellsOf = ({ columns }: Document): Float64Array[] => {
  const n = columns.t.length;
  const cells = Array.from({ length: Column.Count }, () => new Float64Array(n).fill(NaN));
  for (const name in columns) {
    if (!COLUMNS[name]) continue;
    const [column, scale] = COLUMNS[name];
    columns[name].forEach((value, i) => (cells[column][i] = units(name, value, scale)));
  }
  for (let i = 0; i < n; i++) {
    for (const [screen, at] of [[Column.ScreenX, Column.X], [Column.ScreenY, Column.Y]]) {
      cells[screen][i] -= cells[at][i] || 0; // the collector writes the distance
    }
    const source = columns.source?.[i] as string | null | undefined;
    cells[Column.Flags][i] = source ? 32 * SOURCES.indexOf(source) : 0;
    cells[Column.Nulls][i] = source ? 0 : 32;
    NULLABLE.forEach((name, bit) => {
      const value = columns[name]?.[i] ?? null;
      if (value) cells[Column.Flags][i] += 1 << bit;
      if (value === null) cells[Column.Nulls][i] += 1 << bit;
    });
    const shown = cells[Column.X][i] % 8 || cells[Column.Y][i] % 8;
    if (shown && (columns.fractional?.[i] ?? null) !== null) cells[Column.Flags][i] ^= 1; // only the unexpected is told
  }
  return cells;
};

/** The document's context as the array it is in a frame. */
export const contextOf = ({ context }: Document): unknown[] => [
  context.site, context.address, context.viewport, context.document, context.screen, context.device_pixel_ratio,
  context.scroll, context.lost ?? 0, context.targets ?? [],
];
