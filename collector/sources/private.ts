const secrets = new WeakSet<Element>(); // "show password" turns the field into text; it stays secret

/** How fields of passwords, one-time codes and cards are called, in `autocomplete`, or where sites leave that out. */
const SECRET = /pass[wc]|one-time|\botp|\bcc-|card.?[nhec]|cv[cv]|csc/i;

/** The element under an event, looked up inside open shadow roots; undefined where it is no element. */
export const targetOf = (e: Event): Element | undefined => {
  let target = e.target as Element;
  if (target.shadowRoot) target = e.composedPath()[0] as Element; // an array, so not made for every event
  return target.nodeType === 1 ? target : undefined;
};

/** The nearest element that `selector` fits, from `el` outwards and out of shadow roots too. */
export const around = (el: Element | undefined, selector: string): Element | undefined =>
  el && (el.closest(selector) || around((el.getRootNode() as ShadowRoot).host, selector));

/** Nothing at all is recorded in passwords, one-time codes, card fields and what the site excludes. */
export const isPrivate = (e: Event): boolean => {
  const el = targetOf(e);
  if (!el) return false;
  const field = el as HTMLInputElement;
  if (
    field.type === "password" ||
    SECRET.test(el.getAttribute("autocomplete")!) ||
    ((SECRET.test(field.name) || SECRET.test(el.id)) && el.matches("input,select,textarea"))
  ) {
    secrets.add(el);
  }
  return secrets.has(el) || !!around(el, "[data-musculus-ignore]");
};
