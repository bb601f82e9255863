"""A walk over a page by the Tab key alone: what is come to, and whether one sees where one is."""

from __future__ import annotations

from playwright.async_api import Page

MOST = 400  # presses
# What the Tab key must come to; of a group of radio buttons one, of the closed part of a page nothing.
WANTED = """() => {
  const open = (e) => !e.closest("details:not([open]) > :not(summary)");
  const seen = (e) => e.checkVisibility({ checkVisibilityCSS: true }) && open(e);
  const groups = new Set(), all = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  return [...document.querySelectorAll(all)].filter((e) => {
    if (e.disabled || e.type === "hidden" || e.tabIndex < 0 || !seen(e)) return false;
    if (e.type !== "radio") return true;
    const first = !groups.has(e.name);
    groups.add(e.name);
    return first;
  }).map((e, k) => {
    e.dataset.walk = e.type === "radio" ? "radio " + e.name : String(k);
    return [e.dataset.walk, e.outerHTML.slice(0, 120)];
  });
}"""
HERE = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const bar = document.querySelector(".bar, body > header");
  const after = bar && bar.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING && !bar.contains(e);
  const stuck = after && getComputedStyle(bar).position === "sticky";
  const under = stuck ? bar.getBoundingClientRect().bottom : 0;
  const ringed = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  const radio = e.type === "radio" ? "radio " + e.name : "";
  return { walk: radio || e.dataset.walk || "", html: e.outerHTML.slice(0, 120), ringed,
    shown: box.bottom > under && box.top < innerHeight && box.right > 0 && box.left < innerWidth };
}"""


TO_THE_TOP = """() => {
  scrollTo(0, 0);
  const start = document.createElement("span");
  start.tabIndex = -1;
  document.body.prepend(start);
  start.focus();
  start.remove();
}"""


async def complaints(page: Page) -> list[str]:
    """What the Tab key never comes to, what shows no ring, and what it comes to out of sight."""
    wanted = dict(await page.evaluate(WANTED))
    await page.evaluate(TO_THE_TOP)
    come: set[str] = set()
    found: list[str] = []
    before = ""
    for _ in range(MOST):
        await page.keyboard.press("Tab")
        here = await page.evaluate(HERE)
        if here is None or (here["walk"] in come and here["walk"] != before):
            break  # round once; a date has several stops
        before = here["walk"]
        come.add(before)
        found += [f"no ring: {here['html']}"] * (not here["ringed"])
        found += [f"out of sight: {here['html']}"] * (not here["shown"])
    return [f"never come to: {wanted[name]}" for name in wanted if name not in come] + found
