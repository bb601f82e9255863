"""The contract of every generator: seeded, from end to end, forward in time, as many strokes as were asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from musculus.bots import BOTS, bot, generate
from musculus.cut import cut
from musculus.devices import render60
from musculus.errors import UnknownName, UsageError
from musculus.events import KIND, Events

EVERY = pytest.mark.parametrize("name", BOTS)
CORPUS = generate("sigma_lognormal", 60, 5)
ENDS = np.array([[[100, 600], [700, 80]], [[700, 80], [705, 140]], [[705, 140], [90, 140]], [[90, 140], [120, 700]]])
SHARED = ("corpus", "motion", "session", "table")  # what generators are written with


def ends_for(name: str) -> np.ndarray:
    """The given ends; for exact replays, ends the corpus has."""
    if name != "replay_exact":
        return ENDS
    cuts = cut(CORPUS, "stroke")
    rows = np.column_stack([cuts.start, cuts.end - 1])
    return np.stack([CORPUS.x[rows], CORPUS.y[rows]], axis=-1)


def made(name: str, n: int = 4, seed: int = 0, **more: object) -> Events:
    return generate(name, n, seed, ends=ends_for(name), corpus=CORPUS, **more)  # type: ignore[arg-type]


def test_the_table_and_the_folder_name_the_same_files() -> None:
    folder = Path(__file__).resolve().parents[2] / "src" / "musculus" / "bots"
    files = {p.stem for p in folder.glob("*.py")} - {"__init__", *SHARED}
    assert files == {path.rpartition(".")[2] for path in BOTS.values()}


@EVERY
def test_every_name_is_one_its_module_offers(name: str) -> None:
    assert callable(bot(name))


@EVERY
def test_the_same_seed_gives_the_same_and_another_one_not(name: str) -> None:
    a, b, c = made(name, seed=1), made(name, seed=1), made(name, seed=2)
    assert a.t.tolist() == b.t.tolist()
    assert a.x.tolist() == b.x.tolist()
    assert a.t.tolist() != c.t.tolist()


@EVERY
def test_a_stroke_goes_from_where_it_was_told_to_where_it_was_told(name: str) -> None:
    out = made(name, n=len(ends_for(name)))
    presses = np.flatnonzero(out.kind == KIND["down"])
    firsts = np.append(0, presses[:-1] + 3)
    cuts = cut(out, "stroke")
    assert len(cuts) == len(presses)
    at = np.array([[(out.x[a], out.y[a]), (out.x[b], out.y[b])] for a, b in zip(firsts, presses, strict=True)])
    pool = ends_for(name)
    shift = next(k for k in range(len(pool)) if np.hypot(*(pool[k, 1] - at[0, 1])) <= 1)
    told = np.roll(pool, -shift, axis=0)
    assert np.hypot(*(told[:, 1] - at[:, 1]).T).max() <= 1
    chained = np.append(False, (told[1:, 0] == told[:-1, 1]).all(axis=1))  # there the pointer stands already
    assert np.hypot(*(told[~chained, 0] - at[~chained, 0]).T).max() <= 1


@EVERY
def test_one_stroke_by_itself_starts_and_ends_exactly(name: str) -> None:
    start, end = ends_for(name)[0]
    more = {"corpus": _learned(name)} if "replay" in name or name == "learned" else {}
    one = bot(name)(np.random.default_rng(3), start, end, **more)
    assert one.t[0] == 0
    assert np.hypot(one.x[0] - start[0], one.y[0] - start[1]) <= 1
    assert (one.x[-1], one.y[-1]) == tuple(end)


def _learned(name: str) -> object:
    from musculus.bots.table import module

    return module(name).learn(CORPUS)


@EVERY
def test_time_increases_and_all_is_finite(name: str) -> None:
    out = made(name, sessions=2)
    assert len(out) == 2
    for session in out:
        assert (np.diff(session.t) >= 0).all()
        assert (np.diff(session.t[session.kind == KIND["move"]]) > 0).all()
    assert np.isfinite(out.t).all()
    assert np.isfinite(out.x).all()
    assert np.isfinite(out.y).all()


@EVERY
@pytest.mark.parametrize("n", [1, 7])
def test_a_session_has_as_many_strokes_as_were_asked_for_also_when_rendered(name: str, n: int) -> None:
    out = made(name, n=n)
    assert out.kind_names().count("down") == n
    assert len(cut(out, "stroke")) == n
    assert len(cut(render60(out), "stroke")) == n


@EVERY
def test_a_session_says_who_made_it(name: str) -> None:
    out = made(name, n=1)
    assert out.recordings == (f"{name}-0",)
    assert out.context["generator"].tolist() == [name]
    assert out.context["bot"].tolist() == [True]


@EVERY
def test_reports_come_no_faster_than_the_device(name: str) -> None:
    out = made(name, rate=125.0)
    gaps = np.diff(out.t[out.kind == KIND["move"]])
    assert np.median(gaps) >= 7.99


def test_pauses_are_those_that_are_given() -> None:
    out = generate("straight", 5, 0, pauses=[700.0])
    clicks = np.flatnonzero(out.kind == KIND["click"])[:-1]
    assert out.t[clicks + 1] - out.t[clicks] == pytest.approx(np.full(4, 701), abs=1e-6)


def test_ends_are_taken_in_a_row() -> None:
    out = generate("straight", 4, 0, ends=ENDS)
    x = out.x[out.kind == KIND["down"]].tolist()
    order = [700, 705, 90, 120]
    assert x in [order[k:] + order[:k] for k in range(4)]


def test_an_unknown_bot_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'windmouse'"):
        generate("windmose", 3, 0)


@pytest.mark.parametrize("name", ["replay_exact", "replay_rotated", "learned"])
def test_what_repeats_people_wants_some(name: str) -> None:
    with pytest.raises(UsageError, match="corpus=read"):
        generate(name, 3, 0)


def test_no_strokes_are_refused() -> None:
    with pytest.raises(UsageError, match="0 strokes"):
        generate("straight", 0, 0)
    with pytest.raises(UsageError, match="no ends"):
        generate("straight", 3, 0, ends=np.zeros((0, 2, 2)))
