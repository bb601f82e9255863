"""A kind of figure by its name, and figures as files: PNG, SVG, or one page of HTML with its numbers."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from musculus.draw import pages, recorded
from musculus.draw.colours import CSS_NAMES, INK
from musculus.draw.maps import lines
from musculus.draw.maps.time_lines import UNITS
from musculus.errors import MissingExtra, UnknownName, UsageError
from musculus.events import Events

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWN: Final[dict[str, Callable[..., Any]]] = {
    "path": recorded.path, "clicks": pages.clicks, "moves": pages.moves, "dwell": pages.dwell,
    "attention": pages.attention, "scroll": pages.scroll, "keys": recorded.keys, "difference": pages.difference,
    "timeline": recorded.timeline, "strokes": recorded.strokes,
}  # fmt: skip
FORMS: Final = (".png", ".svg", ".html")
DPI: Final = 160
PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --ink: #1a1c20; --pale: #8a909b; --paper: #fff }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #e8eaee; --pale: #9aa1ad; --paper: #16181c;
  --accent: #56b4e9; --second: #ff8a3d }} }}
body {{ font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 60rem; padding: 0 1rem }}
svg {{ max-width: 100%; height: auto }} pre {{ overflow: auto; max-height: 30rem }}
</style>
<h1>{title}</h1>
<figure style="margin: 0">{figure}</figure>
<details><summary>The numbers behind it (JSON)</summary><pre tabindex="0">{numbers}</pre></details>
</html>
"""


def draw(kind: str, events: Events, **options: Any) -> Figure:
    """The figure of a kind: `path clicks moves dwell attention scroll keys difference timeline strokes`.

    The options are those of the function of that name; `keys` is drawn by hold and flight and along time, `timeline`
    with all four lines. UnknownName for another kind.

    >>> from musculus.bots import generate
    >>> figure = draw("strokes", generate("minimum_jerk", 5, 0))
    >>> len(figure.axes)  # the strokes, and the scale of their colours
    2
    """
    if kind not in DRAWN:
        raise UnknownName("kind of figure", kind, DRAWN)
    if kind == "timeline":
        figure = _timelines(events)
    elif kind == "keys":
        figure = _panels(2, 6.4, 6.8)
        recorded.keys(events, figure.axes[0])
        recorded.keys(events, figure.axes[1], along=True)
    else:
        figure = DRAWN[kind](events, **options).get_figure()
    figure.patch.set_alpha(0)
    return figure


def _timelines(events: Events) -> Figure:
    lines(events)  # refuses several recordings before anything is drawn
    figure = _panels(len(UNITS), 7.6, 8.0)
    for name, ax in zip(UNITS, figure.axes, strict=True):
        recorded.timeline(events, ax, of=name)
    for ax in figure.axes[1:]:
        ax.set_title("", loc="left")
    for ax in figure.axes[:-1]:
        ax.set_xlabel("")
        ax.sharex(figure.axes[-1])
    return figure


def _panels(n: int, width: float, height: float) -> Figure:
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as e:
        raise MissingExtra("drawing needs matplotlib: pip install 'musculus[draw]'") from e
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.subplots(n)
    return figure


def check_form(path: str | Path) -> str:
    """The form that a file's name tells: .png, .svg or .html; UsageError for another."""
    form = Path(path).suffix.lower()
    if form not in FORMS:
        raise UsageError(f"{path}: the name says no form of figure; use one of {', '.join(FORMS)}")
    if not Path(path).absolute().parent.is_dir():
        raise UsageError(f"there is no folder {Path(path).parent} to write {Path(path).name} to")
    return form


def save(figure: Figure, path: str | Path, title: str = "figure", numbers: Any = None) -> None:
    """Write a figure as its name says; HTML is one page that asks for nothing, with the `numbers` as JSON."""
    form = check_form(path)
    if form == ".png":
        figure.savefig(path, dpi=DPI, facecolor="white")
    elif form == ".svg":
        Path(path).write_text('<?xml version="1.0" encoding="UTF-8"?>\n' + svg(figure, title, css=False), "utf-8")
    else:
        said = html.escape(json.dumps(numbers, ensure_ascii=False))
        Path(path).write_text(PAGE.format(title=html.escape(title), figure=svg(figure, title), numbers=said), "utf-8")


def svg(figure: Figure, title: str, css: bool = True) -> str:
    """The figure as an SVG element, the same bytes every time; text stays text.

    With `css` its ink has the names of `CSS_NAMES`, so that a page sets it, light or dark; without, it stands on white.
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    face = "none" if css else "white"
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": title, "font.family": "sans-serif"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, dpi=DPI, facecolor=face)
    text = buffer.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    own = re.sub(r"\W+", "-", title)
    text = re.sub(r'(?<= id=")|(?<=url\(#)|(?<=xlink:href="#)|(?<= href="#)', f"{own}-", text)  # several on one page
    if css:
        for colour, name in CSS_NAMES.items():
            text = text.replace(colour, f"var({name}, {colour})")
    label = f'role="img" aria-label="{html.escape(title)}" color="{INK}"'
    return text.replace("<svg ", f"<svg {label} ", 1)


def numbers(kind: str, events: Events, **options: Any) -> dict[str, Any]:
    """The numbers behind a figure of this kind, as JSON can hold them; options as of `draw`."""
    from musculus.draw import maps

    if kind not in DRAWN:
        raise UnknownName("kind of figure", kind, DRAWN)
    where = {k: v for k, v in options.items() if k in ("page", "width") and v is not None}
    if kind == "difference":
        options.pop("background", None)
        found: dict[str, Any] = maps.difference(events, **options).numbers(events)
    elif kind == "strokes":
        found = _strokes(events)
    elif kind == "timeline":
        found = lines(events).numbers(events)
    elif kind == "keys":
        found = maps.keys(events).numbers(events)
    elif kind == "path":
        found = _path(events, **where)
    else:
        found = getattr(maps, kind)(events, **where).numbers(events)
    if kind in ("clicks", "moves", "dwell"):
        found["attention"] = maps.attention(events, **where).numbers(events)["elements"]
    return {"kind": kind, **found}


def _strokes(events: Events) -> dict[str, Any]:
    from musculus.cut import cut
    from musculus.measures import measure

    names = ["movement_time", "path_length", "straightness"]
    found = measure(events, cut(events, "stroke"), only=names)
    return {"n": len(found.values), "recordings": len(events), "measures": names, "strokes": found.values.tolist()}


def _path(events: Events, **where: Any) -> dict[str, Any]:
    from musculus.cut import position_rows
    from musculus.draw.maps.layouts import layout
    from musculus.draw.maps.places import pieces

    on = layout(events, **where)
    rule, rows = pieces(events, on), np.flatnonzero(position_rows(events))
    rows = rows[rule.chosen[rule.of(rows)]]
    x, y = rule.place(events, rows, rule.of(rows))
    recording = np.searchsorted(events.offsets, rows, side="right") - 1
    names = [events.recordings[i] for i in recording]
    points = [list(p) for p in zip(names, events.t[rows].tolist(), x.tolist(), y.tolist(), strict=True)]
    return {"layout": on.numbers(events), "n": len(rows), "points": points}

