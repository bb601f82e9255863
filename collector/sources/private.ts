const passwords = new WeakSet<Element>(); // "show password" turns the field into text; it stays secret

/** The element under an event, looked up inside open shadow roots; undefined where it is no element. */
export const targetOf = (e: Event): Element | undefined => {
  const target = e.composedPath()[0] as Element | undefined;
  return target?.nodeType === 1 ? target : undefined;
};

/** The nearest element that `selector` fits, from `el` outwards and out of shadow roots too. */
export const around = (el: Element | undefined, selector: string): Element | undefined =>
  el && (el.closest(selector) || around((el.getRootNode() as ShadowRoot).host, selector));

/** Nothing at all is recorded in passwords, one-time codes, card fields and what the site excludes. */
export const isPrivate = (e: Event): boolean => {
  const el = targetOf(e);
  if (!el) return false;
  if ((el as HTMLInputElement).type === "password") passwords.add(el);
  return (
    passwords.has(el) ||
    /cc-|one-time-code|password/i.test(el.getAttribute("autocomplete")!) ||
    !!around(el, "[data-musculus-ignore]")
  );
};
