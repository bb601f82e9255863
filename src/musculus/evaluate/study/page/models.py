"""The parts of the page on what models make of it: leakage, matrix, normalisers, segments, simulated mice."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, Final

from musculus.evaluate.study.page.parts import figure, head, heat, plain, table

Document = dict[str, Any]


def leakage(d: Document) -> str:
    """Can the configuration be guessed?"""
    found = d["leakage"]
    if not found or "error" in found:
        return _missing("Can the mouse be guessed from the numbers?", found)
    means = (
        f"A {escape(found['model'])} learns which configuration rows of some people are of, and guesses that of people "
        f"it never saw; by chance it would be right {found['chance']:.0%} of the time."
    )
    do = (
        "Far above chance means that a model of anything else can lean on the mouse as well. After a normaliser look "
        "at this number again, not at means: a shift can hide the mouse from means and stamp it into tied values."
    )
    rows = [
        ("all features, as they are", figure(found["raw"])),
        (f"the {found.get('untied', '?')} untied features, as they are", figure(found.get("untied_raw"))),
        ("untied features, after every mouse's middle was made the same", figure(found.get("untied_after_middle"))),
        ("untied features, after middle and spread were", figure(found.get("untied_after_shift"))),
        (f"the {found.get('tied', '?')} tied features, after that: it stamps them",
         figure(found.get("tied_after_shift"))),
        ("chance, 95th percentile of dealt labels", plain(found["null"]["high"])),
    ]
    names = found["configurations"]
    grid = heat(names, names, found["confusion"], "is \\ guessed") if found.get("confusion") else ""
    return head("Can the mouse be guessed from the numbers?", means, do) + (
        table(("guessing from", "share right"), rows, (1,))
        + f"<p class=quiet>n = {found['people']} people, {found['rows']} rows.</p>{grid}"
    )


def matrix(d: Document) -> str:
    """Train x test over configurations."""
    found = d["matrix"]
    if not found or "error" in found:
        return _missing("How much does a prediction suffer?", found)
    what = "who it is" if found["task"] == "person" else found["task"]
    means = (
        f"A model learns {escape(what)} from one configuration (rows) and is asked with another (columns); the "
        f"diagonal stays within one. Chance is {found['chance']:.3f} ({found['score']} of {found['classes']} classes)."
    )
    do = (
        "The drop from the diagonal to the rest is what you lose when people change their mouse. If leaving one "
        "configuration out of training does better than a single one, collect more kinds of mice before more data."
    )
    names = found["configurations"]
    grid = heat(names, names, [[c.get("value") if c else None for c in row] for row in found["cells"]], "from \\ to")
    top = ("trained on", found["score"], "chance gives up to")
    counted = f"<p class=quiet>n = {d['people']} people, {found.get('rows', d['rows'])} rows.</p>"
    rows = _learned_from(found)
    return head("How much does a prediction suffer?", means, do) + grid + counted + table(top, rows, (1, 2))


def _learned_from(found: Document) -> list[tuple[str, ...]]:
    """What was learned from, its figure, and chance's; where whole tasks were kept from the model, that too."""
    null, apart, strictly = (found.get(k) or {} for k in ("null", "apart", "apart_null"))
    rows: list[tuple[str, ...]] = [
        (words, figure(found.get(key), 3), plain((null.get(key) or {}).get("high"), 3))
        for key, words in (
            ("within", "the same configuration"), ("cross", "another configuration"),
            ("left_out", "all but one configuration, asked with that one, as much data"),
            ("more_data", "all but one configuration, all their data"),
        )
    ]  # fmt: skip
    if found["task"] != "person" or found.get("within") is None:  # then nothing else could be kept apart
        return rows
    words = {"cross": "another configuration", "left_out": "all but one, as much data"}
    return rows + [
        (f"{told}; the task asked about never learned of that person", figure(apart[key], 3),
         plain((strictly.get(key) or {}).get("high"), 3))
        for key, told in words.items()
        if apart.get(key)
    ]


def normalisers(d: Document) -> str:
    """What helps, and what makes it worse."""
    found = d["normalisers"]
    if not found:
        return ""
    means = (
        "The same again after each way of taking the mouse out of the numbers, fitted on training people only: can "
        "the mouse still be guessed, how well does the prediction cross over, which share of the drop is won back."
    )
    do = (
        "Choose one that wins back much <b>and</b> leaves the mouse harder to guess. A red one makes the mouse easier "
        "to guess than doing nothing: its good figures, if it has any, are the mouse's."
    )
    red = [i for i, n in enumerate(found) if n.get("raises_leakage")]
    top = ("normaliser", "mouse guessed", "Holm finds", "same mouse", "other mouse", "left out", "won back")
    rows = [_normaliser(n) for n in found]
    by_chance = d["matrix"].get("null") or {}
    nulls = [d["leakage"].get("null"), *(by_chance.get(k) for k in ("within", "cross", "left_out"))]
    chances = ["" if n is None else plain(n["high"], 3) for n in nulls]
    rows.append(("<b>chance</b><div class=about><small>gives up to this, before any normaliser</small></div>",
                 chances[0], "", *chances[1:], ""))  # fmt: skip
    return head("What helps?", means, do) + table(top, rows, range(1, 7), red)


def _normaliser(n: Document) -> tuple[str, ...]:
    if n.get("needs"):
        return (_named(n["name"], n.get("about", ""), f"Not run, needs {n['needs']}."), *[""] * 6)
    warning = "Raises leakage. " if n.get("raises_leakage") else ""
    name = _named(n["name"], n.get("about", ""), (warning + (n.get("note") or "")).strip())
    holm = "?" if n.get("holm") is None else str(n["holm"])
    figures = (figure(n.get(k), 3) for k in ("within", "cross", "left_out"))
    return (name, figure(n.get("leakage")), holm, *figures, _back(n))


def _back(n: Document) -> str:
    """The share of the drop won back, with its interval."""
    if n.get("recovered") is None:
        return ""
    between = n.get("recovered_interval")
    more = f"<br><small>{between['low']:.0%} to {between['high']:.0%}</small>" if between else ""
    return f"{n['recovered']:.0%}{more}"


def _named(name: str, about: str, note: str = "") -> str:
    more = f"<br><b>{escape(note)}</b>" if note else ""
    return f"<b>{escape(name)}</b><div class=about><small>{escape(about)}{more}</small></div>"


def segments(d: Document) -> str:
    """Personal, segment and pooled models."""
    found = d["segments"]
    if not found or "error" in found:
        return _missing("One model for all, or one for each?", found)
    means = "The same task learnt by models of one person, of one configuration, of a segment, and of everybody."
    do = "Take the simplest that is within the interval of the best; a model for each needs data of each."
    rows = [(f"<b>{escape(r['model'])}</b>", f"<div class=text>{escape(r['about'])}</div>", r["n"], figure(r, 3))
            for r in found["rows"]]  # fmt: skip
    note = f"<p class=quiet>Chance: {plain(found.get('chance'), 3)}.</p>"
    return head("One model for all, or one for each?", means, do) + (
        table(("model", "of", "rows", escape(str(found.get("score", "score")))), rows, (2, 3)) + note
    )


def simulated(d: Document) -> str:
    """Simulated twins."""
    found = d["simulated"]
    if not found:
        return ""
    if "error" in found:
        return _missing("The same hands with other mice", found)
    mice = ", ".join(f"{k} {' / '.join(f'{x:g}' for x in v)}" for k, v in found["settings"].items())
    means = (
        f"Every recording was played again through simulated mice ({escape(mice)}): the hand is the same, so all that "
        "is lost is the mouse's doing."
    )
    do = "What wins back most here is worth trying on your own mix of mice: simulated twins in training, or measures."
    rows = [
        (_named(s["way"], s.get("about", "")), figure(s["same"], 3), figure(s["other"], 3), figure(s["lost"], 3),
         figure(s["recovered"]) if s.get("recovered") else "") for s in found["summary"]
    ]  # fmt: skip
    top = ("way", "same mouse", "other mouse", "lost", "share won back")
    counted = ", ".join(f"{found[k]} {k}" for k in ("people", "claims") if found.get(k))
    note = f"<p class=quiet>{escape(str(found['score'])).upper()} of: is it the person it claims to be? {counted}.</p>"
    return head("The same hands with other mice", means, do) + table(top, rows, (1, 2, 3, 4)) + note


def _missing(title: str, found: Document) -> str:
    """A section that the data couldn't give, with why; nothing where it wasn't asked for."""
    if not found:
        return ""
    return f'<h2>{escape(title)}</h2><p class="note">Not with these data: {escape(found["error"])}</p>'


MODELLED: Final[tuple[Callable[[Document], str], ...]] = (leakage, matrix, normalisers, segments, simulated)
