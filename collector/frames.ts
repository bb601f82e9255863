import type { Sink } from "./buffer";
import { Column } from "./columns";
import { listen, type Stop } from "./listen";
import type { Source } from "./sources/source";

/** Starts `sources` in the document `view` of the frame `el`: its clock and corner become those of the page around. */
const runInside = (sources: Source[], sink: Sink, root: Window, el: HTMLIFrameElement, view: Window): Stop => {
  const ahead = view.performance.timeOrigin - performance.timeOrigin;
  const at = { timeStamp: 0, clientX: undefined, clientY: undefined } as any; // one for all rows
  let left: number;
  let top: number;
  let asked = 0;
  const look = () => {
    const rect = el.getBoundingClientRect();
    left = rect.left + el.clientLeft;
    top = rect.top + el.clientTop;
    asked = 0;
  };
  /** Where it stands is read when the page has been laid out, and not while events come in. */
  const soon = () => {
    asked ||= root.requestAnimationFrame(look);
  };
  const here: Sink = {
    ...sink,
    row(kind, e, family) {
      at.timeStamp = e.timeStamp + ahead;
      at.clientX = e.clientX === undefined ? e.clientX : e.clientX + left;
      at.clientY = e.clientX === undefined ? e.clientX : e.clientY! + top;
      at.isTrusted = e.isTrusted;
      sink.row(kind, at, family);
      soon();
    },
    px(column, value) {
      const across = column === Column.Left ? left : column === Column.ScreenX ? -left : 0;
      const down = column === Column.Top ? top : column === Column.ScreenY ? -top : 0;
      sink.px(column, value! + across + down);
    },
  };
  look();
  const enter = (e: Event) => e.target === el && look();
  const stops = [...sources, watchFrames(sources)].map((source) => source(here, view));
  stops.push(listen(root, { pointerover: enter, scroll: soon }));
  return () => stops.forEach((stop) => stop());
};

/** Starts `sources` in every frame of the same origin, now and when one is loaded, frames in frames included. */
export const watchFrames = (sources: Source[]): Source => (sink, root) => {
  const stops = new Map<HTMLIFrameElement, Stop>();
  const enter = (el: HTMLIFrameElement) => {
    const view = el.contentDocument?.defaultView; // none where the frame is of another origin
    if (!view) return;
    stops.get(el)?.(); // the document it showed before
    stops.set(el, runInside(sources, sink, root, el, view));
  };
  root.document.querySelectorAll("iframe").forEach(enter);
  const off = listen(root.document, { load: (e) => enter(e.target) });
  return () => {
    off();
    stops.forEach((stop) => stop());
  };
};
