import { Column, Family, Kind } from "../columns";
import { listen } from "../listen";
import { isPrivate } from "./private";
import type { Source } from "./source";

// The classes of musculus.events.KEY_CLASSES, in their order; what none of them knows is "other", the 11th.
const CLASSES =
  /^(?:(\p{L})|(\p{Nd})|( )|(Enter)|(Backspace)|(Delete)|(Tab)|(Arrow.*)|(Shift|Control|Alt.*|Meta|CapsLock)|(F\d+))$/u;

/** What sort of key it is; which one is never kept. */
const classOf = (key: string) => {
  const found = CLASSES.exec(key);
  return found ? found.findIndex((group, i) => i && group) - 1 : 10;
};

/** Presses and releases of keys: when, of which class, and which release belongs to which press. */
export const keys: Source = (sink, root) => {
  const down = new Map<string, number>(); // physical key -> number of its press; only the number is ever sent
  let presses = 0;

  const on = (e: KeyboardEvent) => {
    if (isPrivate(e)) return;
    const press = e.type === "keydown";
    if (press && !(e.repeat && down.has(e.code))) down.set(e.code, presses++ & 32767);
    sink.row(press ? Kind.KeyDown : Kind.KeyUp, e, Family.Key);
    sink.put(Column.Slot, down.get(e.code));
    sink.put(Column.KeyClass, classOf(e.key));
    sink.put(Column.Repeat, +e.repeat);
    if (!press) down.delete(e.code);
  };
  return listen(root, { keydown: on, keyup: on });
};
