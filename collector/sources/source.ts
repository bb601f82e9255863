import type { Sink } from "../buffer";
import type { Stop } from "../listen";

/** Listens on `root` (a window, or in tests any EventTarget) and writes rows; what it returns stops it. */
export type Source = (sink: Sink, root: Window) => Stop;
