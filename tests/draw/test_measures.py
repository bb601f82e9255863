"""The figures of measures: each shows what its measure counts, and carries the value that the measure gives."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from musculus.draw import measure_marks
from musculus.draw.colours import SECOND
from musculus.draw.measures import FIGURES, caption, draw_measure, measure_svg
from musculus.errors import UnknownName
from musculus.measures import MEASURES, Paths

EVERY = pytest.mark.parametrize("name", FIGURES)
COUNTED = ["path_crossings", "x_flips", "x_flips_3", "y_flips", "y_flips_3", "inflections", "corners",
           "direction_changes", "orthogonal_changes", "submovements"]  # fmt: skip


def test_every_spatial_measure_has_a_figure_and_every_figure_a_measure() -> None:
    spatial = {m.name for m in MEASURES.values() if m.category == "spatial"}
    assert spatial - set(FIGURES) == {"inflections_10deg"}  # it looks like inflections
    assert set(FIGURES) <= set(MEASURES)


@EVERY
def test_a_figure_is_well_formed_has_a_name_and_asks_for_nothing(name: str) -> None:
    svg = measure_svg(name)
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    assert name in (root.get("aria-label") or "")
    assert not re.search(r'(?:href|src)="(?!#)', svg)
    words = {"".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert caption(name, FIGURES[name]) in words
    assert "nan" not in caption(name, FIGURES[name])


def test_a_figure_is_the_same_every_time() -> None:
    assert measure_svg("auc_abs") == measure_svg("auc_abs")


@pytest.mark.parametrize("name", COUNTED)
def test_a_figure_has_as_many_rings_as_its_measure_counts(name: str) -> None:
    rings = [line for line in draw_measure(name).axes[0].lines if line.get_color() == SECOND]
    p = FIGURES[name].path
    counted = MEASURES[name].function(Paths.of(p.x, p.y, p.t))[0]
    assert sum(len(np.atleast_1d(ring.get_xdata())) for ring in rings) == counted > 0


def test_the_smoothed_path_of_jitter_is_as_long_as_the_measure_says() -> None:
    p = FIGURES["jitter"].path
    x, y = measure_marks.without_tremor(p.x), measure_marks.without_tremor(p.y)
    smooth, way = (np.hypot(np.diff(a), np.diff(b)).sum() for a, b in ((x, y), (p.x, p.y)))
    assert way / smooth == pytest.approx(MEASURES["jitter"].function(Paths.of(p.x, p.y, p.t))[0])


def test_a_measure_without_a_figure_is_answered_with_those_that_have_one() -> None:
    with pytest.raises(UnknownName, match="no figure named 'key_hold'"):
        draw_measure("key_hold")
