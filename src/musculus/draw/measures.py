"""A small figure for each measure that can be drawn: what it looks at, on a path whose value is computed by it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

import numpy as np

from musculus.draw.colours import CSS_NAMES, INK
from musculus.errors import UnknownName
from musculus.measures import MEASURES, Paths

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from musculus.draw.measure_pictures import Picture


class Figures(Mapping[str, "Picture"]):
    """Name of a measure -> how it is drawn; matplotlib is imported on first use."""

    def __getitem__(self, name: str) -> Picture:
        if name not in _pictures():
            raise UnknownName("figure", name, _pictures())
        return _pictures()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_pictures())

    def __len__(self) -> int:
        return len(_pictures())


@lru_cache(maxsize=1)
def _pictures() -> Mapping[str, Picture]:
    found: Mapping[str, Picture] = import_module("musculus.draw.measure_pictures").PICTURES
    return found


FIGURES: Final = Figures()


def draw_measure(name: str) -> Figure:
    """The figure of a measure, 3.2 by 2.2 inches; UnknownName where it has none.

    The caption gives the value that the measure has of the path that is drawn; y grows down, as on a screen.

    >>> draw_measure("straightness").get_size_inches()
    array([3.2, 2.2])
    """
    from matplotlib.figure import Figure

    picture = FIGURES[name]
    figure = Figure(figsize=(3.2, 2.2), layout="constrained")
    axes = figure.subplots()
    picture.draw(axes, picture.path)
    axes.set_title(caption(name, picture), fontsize=9, color=INK)
    figure.patch.set_alpha(0)
    axes.patch.set_alpha(0)
    return figure


def caption(name: str, picture: Picture) -> str:
    """`straightness = 0.714`, by the measure itself; of a series its mean; only the name where there is no number."""
    m = MEASURES[name]
    path = Paths.of(picture.path.x, picture.path.y, picture.path.t)
    if m.summarise:
        from musculus.measures.engine.summaries import summarise

        got = m.function(path)
        values, offsets = got if m.view == "own" else (got, path.offsets_of(m.view))
        found = summarise(values, offsets)[0]
        mean, largest = float(found[0]), float(np.abs(found[[2, 8]]).max())
        return f"{name}: mean {number(mean if abs(mean) > 1e-9 * largest else 0.0, m.unit)}"
    if len(m.columns) > 1:
        return name
    return f"{name} = {number(float(m.function(path)[0]), m.unit)}"


def number(value: float, unit: str) -> str:
    """Three significant digits and the unit.

    >>> number(0.71428, "1"), number(1284.2, "px/s")
    ('0.714', '1,280 px/s')
    """
    rounded = float(f"{value:.3g}")
    said = f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:.3g}"
    return said if unit == "1" else f"{said} {unit}"


def measure_svg(name: str) -> str:
    """The figure as an SVG element to put into a page, which may set the colours by the names in `CSS_NAMES`.

    The same bytes every time, and text stays text.

    >>> "var(--accent, #0072b2)" in measure_svg("straightness")
    True
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "font.family": "sans-serif"}):
        draw_measure(name).savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # several figures on one page
    for colour, css in CSS_NAMES.items():
        svg = svg.replace(colour, f"var({css}, {colour})")
    label = f'role="img" aria-label="{MEASURES[name].name}: a figure"'
    return svg.replace("<svg ", f"<svg {label} ", 1)
