"""The parts of the page that need no model: design, measures, pairs, flags, devices, words."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, Final

from musculus.evaluate.study.effects import personal
from musculus.evaluate.study.page.parts import TAGS, figure, head, p_value, plain, table, tag
from musculus.evaluate.study.page.picture import picture
from musculus.evaluate.study.page.short import short

Document = dict[str, Any]
SHOWN: Final = 12  # rows of a table before the rest is folded away
KINDS: Final = {  # of flags: what each means, for a reader who wasn't there
    "constant": "one value in (nearly) every row: says nothing",
    "undefined": "missing in more than half of the rows",
    "duplicated": "the same numbers as another feature",
    "telescoping": "a mean of a derivative weighted by time: all but the ends cancels out, rounding noise is left",
    "unwrapped": "turns beyond pi: a small turn across the seam of the circle counts as a nearly full one",
    "first_interval": "weighted by time, but the first interval counts from the clock's zero: the mean is too small",
    "whole_row": "distance from one straight line, taken through many movements at once",
    "tells_configuration": "tells the mouse alone: a rate may do so honestly, a number that was written down must go",
    "tells_person": "tells who it is alone: a number, a clock or an age, not a movement",
    "tells_label": "tells the answer alone: leave it out before you believe any prediction",
    "row_order": "rises with every row: a clock or a counter, not a movement",
    "tied": "many rows share their value: subtracting a mean for each configuration stamps them with it",
}


def designed(d: Document) -> str:
    """Design audit."""
    design = d["design"]
    means = (
        "Before any number: what this study's comparisons can mean. A mouse can only be told from a person if every "
        "person used every mouse, in dealt order, at the same tasks."
    )
    empty = f"{len(design['missing'])} cells (a person with a configuration) are empty."
    crossed = "Everybody had every configuration." if design["crossed"] else empty
    do = f"{crossed} Keep the points below in mind with every figure that follows."
    rows = [(f"<b>{escape(c['kind'])}</b>", _text(c["seen"]), _text(c["step"])) for c in design["concerns"]]
    cells = table(("configuration", "people", "rows"), ((escape(c["configuration"]), c["people"], c["rows"])
                  for c in design["cells"]), (1, 2))  # fmt: skip
    shown = table(("concern", "seen", "so"), rows, told=True) if rows else "<p>No concern.</p>"
    fold = f"<details><summary>Rows and people</summary>{cells}</details>"
    return head("What can be compared?", means, do) + shown + fold


def measures(d: Document) -> str:
    """The picture and the table of measures."""
    means = (
        "Each dot is a measure: to the right the mouse orders it alike for everybody, at the top people keep their "
        "places among each other whatever they hold. No difference found is not sameness: that has a test of its own."
    )
    do = (
        "Take measures from the upper left. Those at the upper right know the person too, but compare them within one "
        "mouse only, or after a normaliser that is checked below. Leave the lower right alone."
    )
    key = "".join(f"<span>{tag(v)} {d['verdicts'][v]}</span>" for v in TAGS)
    said = (
        f"<figcaption>n = {d['people']} people, {d['features']} measures. Changed: Holm p &lt; .05. The same: all "
        f"pairs of configurations within {d['bound']:g} standard deviations between people (two one-sided t tests, "
        "p &lt; .05 for each pair).</figcaption>"
    )
    ranked = sorted(d["measures"], key=personal, reverse=True)
    odd: dict[str, list[str]] = {}
    for flag in d["flags"]:
        if flag["kind"] != "tied":
            odd.setdefault(flag["name"], []).append(flag["kind"].replace("_", " "))
    rows = [_measure(m, odd.get(m["name"], [])) for m in ranked]
    top = ("measure", "verdict", "Kendall's W", "p", "Holm", "ICC", "largest<br>difference", "equivalence<br>p")
    right = tuple(range(2, 8))
    rest = f"<details><summary>All {len(rows)} measures</summary>{table(top, rows, right)}</details>"
    best = table(top, rows[:SHOWN], right)
    words = "<h3>Most the person's, least the mouse's</h3>"
    drawn = f"<figure class=whole>{picture(d['measures'])}{said}</figure>"
    begin = head("Which measures does the mouse change?", means, do)
    return f"{begin}<div class=key>{key}</div>{drawn}{words}{best}{rest}"


def _measure(m: Document, odd: list[str]) -> tuple[str, ...]:
    icc = {"value": m["icc"], "low": m["icc_low"], "high": m["icc_high"]}
    unit = f" <small>{escape(m['unit'])}</small>" if m["unit"] else ""
    warned = f"<br><small class=warned>{escape(', '.join(odd))}</small>" if odd else ""
    return (
        f"<code>{escape(m['name'])}</code>{unit}{warned}", tag(m["verdict"]), plain(m["kendall_w"]), p_value(m["p"]),
        p_value(m["holm"]), figure(icc), plain(m["equivalence"]["largest"]), p_value(m["equivalence"]["p"]),
    )  # fmt: skip


def pairs(d: Document) -> str:
    """Pairs of configurations."""
    means = (
        "Two configurations at a time: in how many measures people differ between them, and how alike everybody does "
        "so (rank-biserial correlation: 0 as often up as down, 1 everybody the same way)."
    )
    do = "Pool data of pairs at the bottom if you must pool; never those at the top."
    ranked = sorted(d["pairs"], key=lambda p: -p["holm"])
    rows = [
        (f"{escape(p['first'])} &rarr; {escape(p['second'])}", p["p05"], p["holm"], p["equivalent"],
         plain(p["median_effect"])) for p in ranked
    ]  # fmt: skip
    top = ("pair", "p &lt; .05", "Holm", "shown equivalent", "median effect")
    each = sorted(
        ((m["name"], p) for m in d["measures"] for p in m["pairs"] if p["holm"] is not None and p["holm"] < 0.05),
        key=lambda x: (x[1]["holm"], -abs(x[1]["effect"]["value"])),
    )[:40]
    detail = [
        (f"<code>{escape(n)}</code>", f"{escape(p['first'])} &rarr; {escape(p['second'])}", figure(p["effect"]),
         p_value(p["holm"]), plain(p["difference"])) for n, p in each
    ]  # fmt: skip
    largest = table(("measure", "pair", "effect", "Holm", "difference in sd between people"), detail, (2, 3, 4))
    fold = f"<details><summary>The {len(detail)} clearest differences</summary>{largest}</details>" if detail else ""
    return head("Which mice differ most?", means, do) + table(top, rows, (1, 2, 3, 4)) + fold


def flagged(d: Document) -> str:
    """Artefacts, by kind."""
    kinds: dict[str, list[Document]] = {}
    for flag in d["flags"]:
        kinds.setdefault(flag["kind"], []).append(flag)
    if not kinds:
        return ""
    means = "Features that are not what their name says, found by looking at their values alone."
    do = (
        "Leave constant, duplicated and telescoping features out, and what gives an answer away; compute the unwrapped "
        "and mis-timed ones anew from the events; give tied ones to no normaliser that shifts by configuration."
    )
    order = [k for k in KINDS if k in kinds] + [k for k in kinds if k not in KINDS]
    rows = []
    for k in order:
        names = ", ".join(f["name"] for f in kinds[k][:10]) + (" ..." if len(kinds[k]) > 10 else "")
        seen = kinds[k][0]
        words = f"{_text(names)}<small>e.g. {escape(seen['name'])}: {escape(seen['seen'])}</small>"
        rows.append((f"<b>{escape(k.replace('_', ' '))}</b>", len(kinds[k]), _text(KINDS.get(k, "")), words))
    found = table(("kind", "n", "meaning", "which"), rows, (1,), told=True)
    return head("Artefacts in the features", means, do) + found


def devices(d: Document) -> str:
    """The configuration of recordings, declared and estimated."""
    if not d["devices"]:
        return ""
    means = "What was said of each recording's mouse, and what its events show: rates, clock, grain, kind."
    do = "Where the two disagree believe the events: 1000 Hz declared that arrive at 60 are 60 for every measure."
    names = [n for n in d["devices"][0] if n not in ("person", "configuration", "recording")]
    rows = [
        (escape(str(r["recording"])), escape(str(r["configuration"])), *(_value(r[n]) for n in names))
        for r in d["devices"][:200]
    ]
    heads = ("recording", "configuration", *(escape(n.replace("_", " ")) for n in names))
    more = f"<p class=quiet>The first 200 of {len(d['devices'])}.</p>" if len(d["devices"]) > 200 else ""
    fold = f"<details><summary>{len(d['devices'])} recordings</summary>{table(heads, rows)}{more}</details>"
    return head("The mice as the events show them", means, do) + _by_configuration(d["devices"], names) + fold


def _by_configuration(rows: list[Document], names: list[str]) -> str:
    """The median (or commonest word) of each estimate by configuration."""
    groups: dict[str, list[Document]] = {}
    for r in rows:
        groups.setdefault(str(r["configuration"]), []).append(r)
    told = [(escape(c), len(g), *(_value(_middle([r[n] for r in g])) for n in names)) for c, g in groups.items()]
    return table(("configuration", "recordings", *(escape(n.replace("_", " ")) for n in names)), told, (1,))


def _middle(values: list[Any]) -> Any:
    there = [v for v in values if v is not None]
    if not there:
        return None
    if all(isinstance(v, int | float) for v in there):
        return sorted(there)[len(there) // 2]
    return max(set(there), key=there.count)


def words(d: Document) -> str:
    """What the terms mean."""
    ways = sorted({m["test"] for m in d["measures"] if m["test"]})
    told = {
        "people as blocks": "each person is compared with themselves, the rows of a cell averaged first. Counting "
        f"rows as if they were people instead would find {d['significant']['rows_p05']} measures at p &lt; .05: don't.",
        "test": f"here: {', '.join(ways)}. Friedman's where every person had every configuration (of two: "
        "Wilcoxon's); aligned ranks where a cell is missing, so that nobody is thrown away.",
        "Holm, Benjamini-Hochberg": "corrections for making many tests: Holm keeps any false find below 5 %, the other "
        f"the share of false finds (it finds {d['significant']['bh']}).",
        "Kendall's W": "how alike people are in what the mouse does to them, 0 to 1.",
        "ICC, agreement": "how far people keep their places (ICC), and their values (agreement), whatever the mouse.",
        "standard deviation between people": "of people with the same configuration; differences are told in it.",
        "equivalence p": "the chance of seeing configurations this alike though some pair of them differs by "
        f"{d['bound']:g} standard deviations or more: small means the same.",
    }
    rows = [(f"<b>{k}</b>", f"<div class=text>{v}</div>") for k, v in told.items()]
    return "<h2>Words</h2>" + table(("word", "meaning"), rows, told=True)


def cite(d: Document) -> str:
    """Whose data these are."""
    return f"<h2>How to cite the data</h2><p>{escape(d['cite'])}</p>" if d.get("cite") else ""


def _text(words: str) -> str:
    return f"<div class=text>{escape(words)}</div>"


def _value(v: Any) -> str:
    return "" if v is None else f"{v:g}" if isinstance(v, float) else escape(str(v))


OPENING: Final[tuple[Callable[[Document], str], ...]] = (short, designed, measures, pairs)
LAST: Final[tuple[Callable[[Document], str], ...]] = (flagged, devices, words, cite)
