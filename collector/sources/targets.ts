import { Family, Kind } from "../columns";
import { listen } from "../listen";
import { describeElement, NAMED } from "./details";
import { around, isPrivate, targetOf } from "./private";
import type { Source } from "./source";

/** The pointer entering and leaving elements that answer to a click, and those the site names. */
export const targets: Source = (sink, root) => {
  let inside: Element | undefined;
  const cross = (e: PointerEvent) => {
    const to = e.type === "pointerover" ? around(targetOf(e), NAMED) : undefined;
    if (to === inside || (!to && e.relatedTarget)) return;
    const row = (kind: Kind, el: Element | undefined) => {
      if (!el || isPrivate(e)) return;
      sink.row(kind, e, Family.Pointer);
      describeElement(sink, el, kind === Kind.Enter);
    };
    row(Kind.Leave, inside);
    row(Kind.Enter, (inside = to));
  };
  return listen(root, { pointerover: cross, pointerout: cross });
};
