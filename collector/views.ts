import { listen, type Stop } from "./listen";

/** Calls `changed` when a single-page application goes to another path. */
export const watchViews = (changed: () => void): Stop => {
  let path = location.pathname;
  const look = () => {
    if (location.pathname === path) return;
    path = location.pathname;
    changed();
  };
  const stops = (["pushState", "replaceState"] as const).map((name): Stop => {
    const own = history[name];
    const wrapped: typeof own = (...args) => {
      own.apply(history, args);
      look();
    };
    history[name] = wrapped;
    return () => {
      if (history[name] === wrapped) history[name] = own;
    };
  });
  stops.push(listen(window, { popstate: look }));
  return () => stops.forEach((stop) => stop());
};
