import { Column, type Family, Flag, type Kind, ROOM } from "./columns";
import { ticks } from "./frame";

/** What a row needs of an event; samples, wheel turns and keys have no position or no trust to speak of. */
export interface Happening {
  readonly timeStamp: number;
  readonly clientX?: number;
  readonly clientY?: number;
  readonly isTrusted?: boolean;
}

/** What a source writes to: a new row, then more columns of that row. */
export interface Sink {
  /** A new row, when and where `e` was. */
  row(kind: Kind, e: Happening, family: Family): void;
  /** One whole number of the newest row; what is undefined or NaN leaves it null. */
  put(column: Column, value: number | undefined): void;
  /** One length of the newest row, in CSS px. */
  px(column: Column, value: number | undefined): void;
  /** One yes or no of the newest row. */
  flag(bit: Flag, on: boolean): void;
  /** Selectors of this batch's elements; a row has the index of its own. */
  readonly targets: string[];
}

/** The rows since the last batch, as columns allocated once: nothing is allocated while events come in. */
export interface Rows extends Sink {
  /** How many there are. */
  count: number;
  /** By `Column`, in the frame's units; NaN is null. */
  readonly cells: Float64Array[];
  /** Forgets them all. */
  empty(): void;
}

const FAR = 2 ** 28;

/** `full` is called when a row no longer fits, `added` after each row. */
export const createRows = (full: () => void, added: (kind: Kind) => void): Rows => {
  const cells = Array.from({ length: Column.Count }, () => new Float64Array(ROOM).fill(NaN));
  const put: Rows["put"] = (column, value) => {
    cells[column][rows.count - 1] = value!;
  };
  const px: Rows["px"] = (column, value) => {
    // 1/8 px is what a frame keeps; a script may make up any number, which then stays at the edge
    put(column, Math.max(-FAR, Math.min(FAR, Math.floor(value! * 8 + 0.5))));
  };
  const flag: Rows["flag"] = (bit, on) => {
    const last = rows.count - 1;
    cells[Column.Nulls][last] -= bit;
    if (on) cells[Column.Flags][last] += bit;
  };
  const eighths = (column: Column) => cells[column][rows.count - 1] % 8;
  const rows: Rows = {
    count: 0,
    cells,
    targets: [],
    put,
    px,
    flag,
    row(kind, e, family) {
      if (rows.count === ROOM) full();
      rows.count++;
      const { clientX, clientY, isTrusted } = e;
      put(Column.Kind, kind);
      put(Column.T, ticks(e.timeStamp));
      put(Column.Flags, family * Flag.Source);
      put(Column.Nulls, Flag.Source - 1);
      px(Column.X, clientX);
      px(Column.Y, clientY);
      if (isTrusted !== undefined) flag(Flag.Trusted, isTrusted);
      if (clientX !== undefined) flag(Flag.Fractional, !(clientX % 1 || clientY! % 1) !== !(eighths(Column.X) || eighths(Column.Y)));
      added(kind);
    },
    empty() {
      for (const cell of cells) cell.fill(NaN);
      rows.count = rows.targets.length = 0;
    },
  };
  return rows;
};
