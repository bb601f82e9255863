import { createRows, type Rows } from "./buffer";
import { Kind, ROWS } from "./columns";
import { encode } from "./frame";
import { random } from "./ids";
import { listen } from "./listen";
import { createSender } from "./send";
import type { Source } from "./sources/source";

const EVERY = 5000; // ms between the first event of a batch and its sending
const LARGEST = 60_000; // bytes of a frame: a beacon takes 64 KiB

export interface Collector {
  readonly rows: Rows;
  /** Sends what there is, now. */
  flush(): void;
  /** Another page view begins: a new id, sequence numbers from 0. */
  nextView(): void;
  /** Removes every listener; what has not been sent yet goes out, or with `drop` is forgotten. */
  stop(drop: boolean): void;
}

/** Runs `sources` on the window: rows become frames after 1,000 of them, 5 s, a click, and on leaving. */
export const createCollector = (site: string, endpoint: string, recording: string, sources: Source[]): Collector => {
  const root = window;
  const page = document.documentElement;
  const sender = createSender(endpoint, root);
  let view: string;
  let address: string;
  let sequence: number;
  let context: unknown[];
  let timer = 0;

  /** Reads the layout, so never while events come in. */
  const look = () => {
    context = [
      site,
      address,
      [root.innerWidth, root.innerHeight],
      [page.scrollWidth, page.scrollHeight],
      [screen.width, screen.height],
      root.devicePixelRatio,
      [root.scrollX, root.scrollY],
    ];
  };
  const pack = (from: number, to: number) => {
    const about = [...context, sender.lost(), rows.targets];
    const frame = encode(rows.cells, from, to, { recording, view, sequence, origin: performance.timeOrigin, context: about });
    if (frame.length > LARGEST && to - from > 1) {
      const half = (from + to) >> 1;
      pack(from, half);
      pack(half, to);
    } else {
      sequence++;
      sender.keep(frame, to - from);
    }
  };
  const take = () => {
    clearTimeout(timer);
    timer = 0;
    if (!rows.count) return;
    pack(0, rows.count);
    rows.empty();
  };
  const full = () => {
    take();
    sender.pump();
  };
  const flush = () => {
    look();
    full();
  };
  const added = (kind: Kind) => {
    if (kind === Kind.Hide) {
      take(); // at once: the page may be gone in a moment
      sender.leave();
    } else {
      const soon = kind === Kind.Click || rows.count === ROWS; // not at once: packing is no work for a handler
      if (soon) clearTimeout(timer);
      if (soon || !timer) timer = setTimeout(flush, soon ? 0 : EVERY);
    }
    if (kind === Kind.Show) sender.pump();
  };
  const rows = createRows(full, added);
  const nextView = () => {
    full();
    view = random(8);
    address = location.pathname.slice(0, 2048);
    sequence = 0;
    look();
  };

  nextView();
  const stops = [
    listen(root, { pageshow: (e) => e.persisted && nextView() }), // out of the back-forward cache
    ...sources.map((source) => source(rows, root)),
  ];
  return {
    rows,
    flush,
    nextView,
    stop(drop) {
      stops.forEach((stop) => stop());
      if (drop) rows.empty();
      sender.stop(drop);
      full();
    },
  };
};
