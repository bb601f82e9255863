"""The table of measures: what it says of each, how columns are chosen, and that no file is forgotten."""

from __future__ import annotations

import ast
import threading
from pathlib import Path

import numpy as np
import pytest

import musculus.measures
from musculus.errors import MeasureError, UnknownName
from musculus.events import Events
from musculus.measures import CATEGORIES, COLUMNS, MEASURES, Measure, choose, define, forget, measure
from musculus.measures.table import SUMMARY_NAMES, dimension

EVERY = pytest.mark.parametrize("m", MEASURES.values(), ids=MEASURES)
FOLDER = Path(musculus.measures.__file__).parent


def declared(file: Path) -> set[str]:
    """Functions of a file that are decorated with `measure`."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef):
            called = [d.func for d in node.decorator_list if isinstance(d, ast.Call)]
            if any(isinstance(f, ast.Name) and f.id == "measure" for f in called):
                found.add(node.name)
    return found


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda f: f.stem)
def test_what_a_file_declares_stands_in_the_table(file: Path) -> None:
    functions = {m.function.__name__ for m in MEASURES.values()}
    assert declared(file) <= functions


@EVERY
def test_every_measure_says_what_it_is(m: Measure) -> None:
    assert m.category in CATEGORIES
    assert m.doc[0].isupper()
    assert m.doc.endswith(".")
    assert 20 <= len(m.doc) <= 300
    assert len(m.units) == len(m.columns) == len(set(m.columns))
    assert all(m.unit_of(c) for c in m.columns)
    assert m.tier in ("raw", "s")
    assert {m.mirror, m.back} <= {1, -1, None}


@EVERY
def test_a_series_has_eleven_summaries_whose_shape_has_no_unit(m: Measure) -> None:
    if not m.summarise:
        return
    assert m.columns[:11] == tuple(f"{m.name}_{s}" for s in SUMMARY_NAMES)
    assert m.unit_of(f"{m.name}_skew") == m.unit_of(f"{m.name}_kurtosis") == "1"
    assert m.powers_of(f"{m.name}_skew")[0] in (0, None)
    assert m.unit_of(f"{m.name}_max") == m.unit


def test_no_two_measures_share_a_column() -> None:
    assert len(COLUMNS) == len(set(COLUMNS)) == sum(len(m.columns) for m in MEASURES.values())


@pytest.mark.parametrize(
    ("unit", "powers"),
    [
        ("px", (1, 0)), ("px²", (2, 0)), ("ms", (0, 1)), ("ms²", (0, 2)), ("px/s", (1, -1)), ("px/s⁴", (1, -4)),
        ("rad/px", (-1, 0)), ("rad²/px", (-1, 0)), ("ms/px", (-1, 1)), ("1", (0, 0)), ("bit/s", (0, -1)),
        ("rad", (0, 0)),
    ],
)  # fmt: skip
def test_a_unit_says_how_a_number_scales(unit: str, powers: tuple[int, int]) -> None:
    assert dimension(unit) == powers


def test_columns_are_chosen_by_name_by_measure_and_by_tier() -> None:
    assert choose(["straightness"]) == ["straightness"]
    assert choose(["velocity"]) == [f"velocity_{s}" for s in SUMMARY_NAMES]
    assert choose(["velocity_max", "corners"]) == ["corners", "velocity_max"]  # in the table's order
    assert choose(["velocity_max", "velocity_s_max"], ["s"]) == ["velocity_s_max"]
    assert choose(None) == list(COLUMNS)
    assert choose([]) == []


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["straigtness"], "no measure named 'straigtness'; did you mean 'straightness'?"),
        (["velocity_q96"], "did you mean 'velocity_q95'?"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(names: list[str], message: str) -> None:
    with pytest.raises(UnknownName) as error:
        choose(names)
    assert message in str(error.value)
    with pytest.raises(UnknownName):
        measure(Events.of([0], [0], [0]), "recording", only=names)


def test_slow_measures_wait_to_be_asked_for() -> None:
    e = Events.of(np.arange(30) * 10.0, np.arange(30.0) ** 2, np.arange(30.0))
    slow = {c for c in COLUMNS if COLUMNS[c].slow}
    assert slow
    assert not slow & set(measure(e, "recording").names)
    assert slow <= set(measure(e, "recording", slow=True).names)
    assert measure(e, "recording", only=["sample_entropy"]).names == ("sample_entropy",)


def test_a_measure_may_give_columns_of_several_units() -> None:
    @define("motor", unit=("px", "ms"), columns=("my_length", "my_time"))
    def mine(path: musculus.measures.Paths) -> np.ndarray:
        """Length and time of the path."""
        return np.stack([path.length, path.duration], axis=1)

    try:
        assert MEASURES["mine"].unit == "px, ms"
        assert [COLUMNS[c].unit_of(c) for c in ("my_length", "my_time")] == ["px", "ms"]
        assert MEASURES["mine"].powers_of("my_time") == (0, 1)
        found = measure(Events.of([0, 10], [0, 3], [0, 4]), "recording", only=["mine"])
        assert found.values.tolist() == [[5, 10]]
    finally:
        forget("mine")


@pytest.mark.parametrize("wrong", [{"unit": ("px",), "columns": ("a_", "b_")}, {"unit": "px", "view": "sideways"}])
def test_a_declaration_that_contradicts_itself_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(MeasureError):
        define("motor", **wrong)(lambda path: path.length)


def test_measures_may_come_and_go_while_others_measure() -> None:
    e = Events.of(np.arange(50) * 10.0, np.arange(50.0), np.arange(50.0))
    expected = measure(e, "recording", only=["path_length"]).values
    wrong: list[object] = []

    def work() -> None:
        for _ in range(50):
            found = measure(e, "recording", only=["path_length"]).values
            if not np.array_equal(found, expected):
                wrong.append(found)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for w in workers:
        w.start()
    for k in range(30):
        define("motor", unit="px", name=f"passing_{k % 3}")(lambda path: path.length)
        forget(f"passing_{k % 3}")
    for w in workers:
        w.join()
    assert wrong == []


def test_progress_is_told_by_cuts_and_ends_with_all() -> None:
    e = Events.of(np.arange(900) * 10.0, np.arange(900.0), np.arange(900.0) % 7)
    told: list[tuple[int, int]] = []
    from musculus.cut import cut

    windows = cut(e, "window", count=30)
    measure(e, windows, only=["path_length"], chunk=100, threads=2, progress=lambda a, b: told.append((a, b)))
    assert told[-1] == (30, 30)
    assert [a for a, _ in told] == sorted(a for a, _ in told)
    assert len(told) == 10
