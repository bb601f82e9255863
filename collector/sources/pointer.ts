import type { Sink } from "../buffer";
import { Column, Family, Flag, Kind } from "../columns";
import { listen } from "../listen";
import { isPrivate } from "./private";
import type { Source } from "./source";

const TYPES: Record<string, number> = { mouse: 0, touch: 1, pen: 2 };
const TAP_ECHO = 1000; // ms in which a browser may make mouse events for a tap

/** Says more of the newest row, which `e` made. */
export type Describe = (sink: Sink, e: PointerEvent, kind: Kind) => void;

/**
 * Pointer moves, with the coalesced samples between two frames where the browser gives them, presses and clicks.
 *
 * A pointer event is followed by its mouse event; that one is left out. A mouse event that no pointer event came
 * before is kept, as one of family Mouse: only scripts make those.
 */
export const pointer = (describe: Describe): Source => (sink, root) => {
  let seen = -TAP_ECHO; // when the last pointer event was
  let touched = seen; // when the last one that no mouse made was
  let held = 0; // its buttons
  let hidden = false; // the press began where nothing is recorded: its release and click are left out too

  const write = (kind: Kind, e: PointerEvent, family = Family.Pointer) => {
    sink.row(kind, e, family);
    sink.put(Column.PointerId, e.pointerId);
    sink.put(Column.Pointer, TYPES[e.pointerType]);
    sink.put(Column.Buttons, e.buttons & 255);
    if (kind) sink.put(Column.Button, e.button);
    if (!family) sink.flag(Flag.Primary, e.isPrimary);
    describe(sink, e, kind);
  };
  const notice = (e: PointerEvent) => {
    seen = e.timeStamp;
    held = e.buttons;
    if (TYPES[e.pointerType]) touched = seen;
    return isPrivate(e);
  };
  const press = (kind: Kind) => (e: PointerEvent) => {
    const secret = notice(e);
    if (kind === Kind.Down) hidden = secret;
    if (!secret && !hidden) write(kind, e);
  };
  const click = (kind: Kind) => (e: PointerEvent) => {
    if (isPrivate(e) || (hidden && e.detail)) return; // detail 0: a key or a script made it, not the press
    write(kind, e, e.pointerId === undefined ? Family.Mouse : Family.Pointer);
  };
  const move = (e: PointerEvent) => {
    const more = e.buttons - held;
    if (notice(e)) return;
    // the browser calls a second button going down or up a move
    if (more && e.button >= 0) return write(more > 0 ? Kind.Down : Kind.Up, e);
    const samples = e.getCoalescedEvents?.();
    const last = samples?.length || 1;
    for (let i = 1; i <= last; i++) {
      write(Kind.Move, samples?.[i - 1] || e);
      if (samples) sink.flag(Flag.Coalesced, i < last);
    }
  };
  const mouse = (kind: Kind) => (e: PointerEvent) => {
    const echo = Math.abs(e.timeStamp - seen) < 2 || e.timeStamp - touched < TAP_ECHO;
    if (!(e.isTrusted && echo) && !isPrivate(e)) write(kind, e, Family.Mouse);
  };

  return listen(root, {
    pointermove: move,
    pointerdown: press(Kind.Down),
    pointerup: press(Kind.Up),
    pointercancel: press(Kind.Cancel),
    click: click(Kind.Click),
    dblclick: click(Kind.DblClick),
    contextmenu: click(Kind.ContextMenu),
    mousemove: mouse(Kind.Move),
    mousedown: mouse(Kind.Down),
    mouseup: mouse(Kind.Up),
  });
};
