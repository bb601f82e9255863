import type { Sink } from "../buffer";
import { Column, Flag, Kind } from "../columns";
import type { Describe } from "./pointer";
import { around, targetOf } from "./private";

/** What answers to a click, and what the site names. */
export const NAMED = "a,button,input,select,textarea,summary,[role=button],[role=link],[data-musculus]";

const names = new WeakMap<Element, string>();

/** A short selector that stays the same from visit to visit: never text, never a value. */
const selector = (el: Element, depth: number): string => {
  const name = el.getAttribute("data-musculus");
  if (name) return `[data-musculus=${name}]`;
  if (el.id) return "#" + el.id;
  let nth = 1;
  for (let other = el.previousElementSibling; other; other = other.previousElementSibling) {
    if (other.localName === el.localName) nth++;
  }
  const own = el.localName + (nth > 1 ? `:nth-of-type(${nth})` : "");
  return depth && el.parentElement ? selector(el.parentElement, depth - 1) + ">" + own : own;
};

/** Names the newest row's element, in a hundred plain characters; a batch has room for 200 names. */
export const nameTarget = (sink: Sink, said: string) => {
  const { targets } = sink;
  const name = said.replace(/[^ -~]/g, "_").slice(-99);
  let code = targets.indexOf(name);
  if (code < 0 && targets.length < 200) code = targets.push(name) - 1;
  if (code >= 0) sink.put(Column.Target, code);
};

/** Says of the newest row that it was on `el`, and with `box` where that stands. */
export const describeElement = (sink: Sink, el: Element, box: boolean) => {
  let name = names.get(el);
  if (!name) names.set(el, (name = selector(el, 3)));
  nameTarget(sink, name);
  let fixed = false;
  // what is fixed or sticky is among the offset parents, which are few
  for (let up: any = el; up; up = "offsetParent" in up ? up.offsetParent : up.parentElement) {
    fixed ||= /fixed|sticky/.test(getComputedStyle(up).position);
  }
  sink.flag(Flag.Fixed, fixed);
  if (box) {
    const rect = el.getBoundingClientRect();
    sink.px(Column.Left, rect.left);
    sink.px(Column.Top, rect.top);
    sink.px(Column.Width, rect.width);
    sink.px(Column.Height, rect.height);
  }
};

/** Where on the screen it was; of a move how far it went, of a press how hard, how often, and on which element. */
export const describe: Describe = (sink, e, kind) => {
  sink.px(Column.ScreenX, e.screenX - e.clientX);
  sink.px(Column.ScreenY, e.screenY - e.clientY);
  if (!kind) {
    sink.px(Column.MovementX, e.movementX);
    sink.px(Column.MovementY, e.movementY);
    return;
  }
  sink.put(Column.Detail, e.detail);
  sink.px(Column.Pressure, e.pressure * 2 ** 25); // a frame holds it in 2^-28
  const el = targetOf(e);
  if (el) describeElement(sink, around(el, NAMED) || el, kind !== Kind.Up);
};
