import { Column, Family, Kind } from "../columns";
import { listen } from "../listen";
import { isPrivate } from "./private";
import type { Source } from "./source";

/** Turns of the wheel, in CSS px: a line is 16 px, a page the viewport's height. */
export const wheel: Source = (sink, root) =>
  listen(root, {
    wheel(e: WheelEvent) {
      if (isPrivate(e)) return;
      // the window is asked only where it must be: that may lay the page out
      const unit = e.deltaMode > 1 ? root.innerHeight : e.deltaMode ? 16 : 1;
      sink.row(Kind.Wheel, e, Family.Pointer);
      sink.px(Column.Dx, e.deltaX * unit);
      sink.px(Column.Dy, e.deltaY * unit);
    },
  });

/** The page's own scrolling: where it stands and how far it went. Boxes that scroll inside it are left out. */
export const scroll: Source = (sink, root) => {
  let x = root.scrollX;
  let y = root.scrollY;
  return listen(root, {
    scroll(e: Event) {
      if (e.target !== root.document) return;
      sink.row(Kind.Scroll, e, Family.Page);
      sink.px(Column.Dx, root.scrollX - x);
      sink.px(Column.Dy, root.scrollY - y);
      sink.px(Column.ScrollX, (x = root.scrollX));
      sink.px(Column.ScrollY, (y = root.scrollY));
    },
  });
};
