import { Family, Kind } from "../columns";
import { listen } from "../listen";
import { describeElement, NAMED } from "./details";
import { around, isPrivate, targetOf } from "./private";
import type { Source } from "./source";

/** The pointer entering and leaving elements that answer to a click, and those the site names. */
export const targets: Source = (sink, root) => {
  let inside: Element | undefined;
  const cross = (e: PointerEvent, to: Element | undefined) => {
    const row = (kind: Kind, el: Element | undefined) => {
      if (!el || isPrivate(e)) return;
      sink.row(kind, e, Family.Pointer);
      describeElement(sink, el, kind === Kind.Enter);
    };
    if (to === inside) return;
    row(Kind.Leave, inside);
    row(Kind.Enter, (inside = to));
  };
  return listen(root, {
    pointerover: (e) => cross(e, around(targetOf(e), NAMED)),
    pointerout: (e) => e.relatedTarget || cross(e, undefined), // out of the window; into another element is said by its over
  });
};
