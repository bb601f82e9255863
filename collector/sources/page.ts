import type { Happening, Sink } from "../buffer";
import { Column, Family, Kind } from "../columns";
import { listen } from "../listen";
import type { Source } from "./source";

/** What the collector itself says, not the browser. */
export const now = (): Happening => ({ timeStamp: performance.now() });

/** A row of the page itself, with the window's size. */
const sized = (kind: Kind, sink: Sink, root: Window, e: Happening) => {
  sink.row(kind, e, Family.Page);
  sink.px(Column.Width, root.innerWidth);
  sink.px(Column.Height, root.innerHeight);
};

/** The page is there to be seen from now on. */
export const show = (sink: Sink, root: Window, e = now()) => {
  sized(Kind.Show, sink, root, e);
  sink.px(Column.ScrollX, root.scrollX);
  sink.px(Column.ScrollY, root.scrollY);
};

/** Showing and hiding. */
export const page: Source = (sink, root) => {
  let visible = false;
  const turn = (e?: Event) => {
    if (visible === (root.document.visibilityState !== "hidden" && e?.type !== "pagehide")) return;
    visible = !visible;
    if (visible) show(sink, root, e);
    else sink.row(Kind.Hide, e!, Family.Page);
  };
  turn();
  return listen(root, { visibilitychange: turn, pagehide: turn, pageshow: turn });
};

/** Focus of the window, and its size. */
export const windowState: Source = (sink, root) => {
  const row = (kind: Kind) => (e: Event) => {
    if (e.target === root) sink.row(kind, e, Family.Page); // fields have focus and blur of their own
  };
  const resize = (e: Event) => sized(Kind.Resize, sink, root, e);
  return listen(root, { focus: row(Kind.Focus), blur: row(Kind.Blur), resize });
};
