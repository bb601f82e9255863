"""The bench itself: everybody does the same work, who doesn't is out, and what could not be had is named."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import alternating
import numpy as np
import pytest
import run
from alternating import Contest
from peers import EVERYBODY, OURS, SAME_WORK, STROKES, Peer
from recordings import rows_of, sampled_strokes, simulated
from results import read, write
from same_work import COLUMNS, TOLERANCE, Rows, disagreement

from musculus.events import Events
from musculus.measures import COLUMNS as OUR_COLUMNS

AT_HAND = [peer for peer in SAME_WORK if not peer.needs]


@pytest.fixture(scope="module")
def events() -> Events:
    """Strokes, and what real recordings have: a clock that stands and runs back, rests, one row alone, nothing."""
    odd = [
        Events.of(t=[0, 10, 10, 5, 20], x=[0, 5, 6, 6, 6], y=[0, 0, 1, 1, 1], recording="clock"),
        Events.of(t=[5], x=[1], y=[1], recording="one row"),
        Events.of(t=[0, 8, 16, 24], x=[0, 9, 0, 9], y=[0, 0, 0, 0], recording="there and back"),
        Events.of(t=[0, 8, 16], x=[4, 4, 4], y=[2, 2, 2], recording="standing"),
        Events.of(t=[0, 8, 16], x=[4, np.nan, 5], y=[2, 2, np.nan], recording="unknown positions"),
    ]
    return Events.concat([simulated(3000), *odd])


@pytest.mark.parametrize("cuts", ["recording", "stroke"])
def test_everybody_at_hand_gives_the_same_values(events: Events, cuts: str) -> None:
    rows = rows_of(events, cuts)
    ours = None
    for peer in AT_HAND:
        module = importlib.import_module(peer.module)
        names, values = module.run(module.prepare(rows))
        assert set(names) == set(COLUMNS) or (peer is OURS and set(names) > set(COLUMNS)), peer.name
        assert values.shape == (len(rows.offsets) - 1, len(names)), peer.name
        ours = ours or (names, values)
        off = disagreement(names, values, *ours)
        assert set(off) == set(names)
        assert max(off.values()) <= TOLERANCE, (peer.name, max(off, key=off.__getitem__))
    assert len(AT_HAND) == 6


def test_the_work_is_named_as_the_table_of_measures_names_it() -> None:
    assert set(COLUMNS) <= set(OUR_COLUMNS)
    assert all(OUR_COLUMNS[name].tier == "raw" for name in COLUMNS)


def test_a_difference_is_seen_and_a_missing_value_on_one_side_is_infinite() -> None:
    ours = ["a_mean", "a_max"], np.array([[1.0, 1e9], [2.0, 3.0], [np.nan, np.nan]])
    near = np.array([[1.0 + 1e-7, 1e9], [2.0, 3.0], [np.nan, np.nan]])
    assert disagreement(ours[0], near, *ours)["a_mean"] < TOLERANCE  # the series goes to 1e9
    near[1, 0] += 1e-7
    assert disagreement(ours[0], near, *ours)["a_mean"] == pytest.approx(1e-7 / 3)
    near[2, 1] = 0.0
    assert disagreement(ours[0], near, *ours)["a_max"] == np.inf


def test_the_first_cuts_are_whole_cuts() -> None:
    rows = Rows(*np.arange(30.0).reshape(3, 10), np.array([0, 4, 7, 10]))
    assert rows.first(8).offsets.tolist() == [0, 4, 7]
    assert len(rows.first(8)) == 7
    assert rows.first(1).offsets.tolist() == [0, 4]


def test_rows_of_strokes_are_the_positions_of_the_strokes_alone(events: Events) -> None:
    rows = rows_of(events, "stroke")
    assert np.isfinite(rows.t).all()
    assert np.isfinite(rows.x).all()
    assert (np.diff(rows.offsets) >= 2).all()
    given = sampled_strokes(events, 20)
    assert (np.diff(given.offsets) >= 20).all()
    inside = np.ones(len(given) - 1, bool)
    inside[given.offsets[1:-1] - 1] = False
    assert (np.diff(given.t)[inside] > 0).all()


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose modules a worker finds as peers."""
    monkeypatch.setattr(alternating, "SOURCE", f"{alternating.SOURCE}:{tmp_path}")
    return tmp_path


def test_who_gives_other_values_or_breaks_is_named_and_not_timed(made_up: Path) -> None:
    ours = "from peers.musculus_series import prepare, run as right\n"
    (made_up / "wrong.py").write_text(ours + "def run(p):\n n, v = right(p)\n v[0, 3] += 1\n return n, v\n")
    (made_up / "breaks.py").write_text(ours + "def run(p):\n raise RuntimeError('no such thing')\n")
    (made_up / "dies.py").write_text("import os\nos._exit(3)\n")
    others = [Peer(name, name, "", ()) for name in ("wrong", "breaks", "dies", "absent")]
    with Contest([OURS, *others], rows_of(simulated(500), "stroke")) as contest:
        contest.compare(lambda words: None)
        contest.time(1, 0.0, lambda words: None)
    us, wrong, breaks, dies, absent = contest.outcomes
    assert us.failed == ""
    assert us.rate > 0
    assert "differs from musculus" in wrong.failed
    assert breaks.failed == "RuntimeError: no such thing"
    assert "its process ended" in dies.failed
    assert "No module named 'absent'" in absent.failed
    assert not any(o.seconds for o in (wrong, breaks, dies, absent))
    assert not run.agree(contest.outcomes)
    assert "dies was not measured: its process ended" in run.failures(contest.outcomes)


def test_a_library_that_pip_cannot_give_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    nobody = Peer("nobody", "peers.nobody", "", (), needs=("there-is-no-such-library",))
    with Contest([OURS, nobody], rows_of(simulated(500), "stroke"), tmp_path) as contest:
        contest.compare(lambda words: None)
    assert "pip could not install there-is-no-such-library: ERROR" in contest.outcomes[1].failed


def test_a_small_run_prints_the_tables_and_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MUSCULUS_DATA", str(tmp_path / "nowhere"))
    monkeypatch.setattr(run, "FILE", tmp_path / "RESULTS.md")
    assert run.main(["--events", "2000", "--rounds", "1", "--least", "0", "--no-strokes"]) == 0
    out = capsys.readouterr().out
    assert "2,000 simulated events: no Balabit recordings at MUSCULUS_DATA" in out
    written = read(tmp_path / "RESULTS.md")
    assert len(written) == 3
    for title, text in written.items():
        assert "Measured on" in text
        assert title in out
    for peer in AT_HAND:
        columns = 136 if peer is not OURS else 187
        assert f"| {peer.name} | {peer.does} | {columns} |" in written["Speed: 17 series x 8 summaries, per stroke"]


def test_a_section_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    write("One", "first", file)
    write("Two", "second\n\n### below", file)
    write("One", "third", file)
    assert read(file) == {"One": "third", "Two": "second\n\n### below"}


def test_every_peer_has_its_file_and_every_file_its_peer() -> None:
    folder = Path(importlib.import_module("peers").__file__ or "").parent
    assert all((folder / f"{peer.module.removeprefix('peers.')}.py").is_file() for peer in EVERYBODY.values())
    listed = {peer.module.removeprefix("peers.") for peer in EVERYBODY.values()}
    assert {f.stem for f in folder.glob("*.py")} - {"__init__", "strokes"} == listed


def test_whoever_is_under_the_gpl_has_an_environment_of_its_own() -> None:
    gpl = [peer for peer in STROKES if peer.licence.startswith("GPL")]
    assert [peer.name for peer in gpl] == ["pycatch22"]
    assert all(peer.needs for peer in gpl)


@pytest.mark.parametrize("name", ["capacity", "environments", "results", "machine", "visitors"])
def test_the_examples_in_the_docstrings_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
