/** Something that takes back what starting it did. */
export type Stop = () => void;

/** Adds passive capturing listeners, and gives back what removes every one of them. */
export const listen = (root: EventTarget, handlers: Record<string, (event: any) => void>): Stop => {
  const stop = new AbortController();
  for (const type in handlers) {
    root.addEventListener(type, handlers[type], { passive: true, capture: true, signal: stop.signal });
  }
  return () => stop.abort();
};
