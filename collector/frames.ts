import type { Sink } from "./buffer";
import { Column } from "./columns";
import { listen, type Stop } from "./listen";
import type { Source } from "./sources/source";

/** A sink for a document inside `el`: its clock and its corner become those of the page around it. */
const inside = (sink: Sink, el: HTMLIFrameElement, ahead: number): Sink => {
  let left = 0;
  let top = 0;
  return {
    ...sink,
    row(kind, e, family) {
      const rect = el.getBoundingClientRect();
      left = rect.left + el.clientLeft;
      top = rect.top + el.clientTop;
      const { timeStamp, clientX, clientY, isTrusted } = e;
      const at = clientX === undefined ? {} : { clientX: clientX + left, clientY: clientY! + top };
      sink.row(kind, { timeStamp: timeStamp + ahead, isTrusted, ...at }, family);
    },
    px(column, value) {
      const across = column === Column.Left ? left : column === Column.ScreenX ? -left : 0;
      const down = column === Column.Top ? top : column === Column.ScreenY ? -top : 0;
      sink.px(column, value! + across + down);
    },
  };
};

/** Starts `sources` in every frame of the same origin, now and when one is loaded, frames in frames included. */
export const watchFrames = (sources: Source[]): Source => (sink, root) => {
  const stops = new Map<HTMLIFrameElement, Stop>();
  const enter = (el: HTMLIFrameElement) => {
    const view = el.contentDocument?.defaultView; // none where the frame is of another origin
    if (!view) return;
    stops.get(el)?.(); // the document it showed before
    const here = inside(sink, el, view.performance.timeOrigin - performance.timeOrigin);
    const running = [...sources, watchFrames(sources)].map((source) => source(here, view));
    stops.set(el, () => running.forEach((stop) => stop()));
  };
  root.document.querySelectorAll("iframe").forEach(enter);
  const off = listen(root.document, { load: (e) => enter(e.target) });
  return () => {
    off();
    stops.forEach((stop) => stop());
  };
};
