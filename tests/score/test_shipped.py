"""The detector that comes with musculus: whole, small, fair to people it has not seen, and explained exactly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from musculus.bots import generate
from musculus.devices.mouse import Mouse, Page
from musculus.devices.record import record
from musculus.errors import BundleError
from musculus.events import Events
from musculus.features import ENGINE
from musculus.read import read
from musculus.score import load
from musculus.score.dynamics.evidence import evidence_of, fusion_of, moved
from musculus.score.dynamics.strokes import strokes_of
from musculus.score.rules import findings, overrule
from musculus.score.shipped import PATH, SHA256, WITHOUT, shipped
from musculus.score.words import words
from musculus.tasks.bot import judge


@pytest.fixture(scope="module")
def unseen(data: Path) -> Events:
    """The six people it never met."""
    people = read(data / "pointclick" / "events.parquet")
    return Events.concat([one for one in people if one.context["person"][0] in WITHOUT])


def test_the_shipped_detector_is_the_one_this_version_was_made_with() -> None:
    model = shipped(ENGINE)
    assert model.sha256 == SHA256
    assert model.manifest.family == "strokes"
    assert model.manifest.data["without"] == list(WITHOUT)
    assert PATH.stat().st_size < 1_500_000


def test_no_feature_tells_of_intervals_place_size_or_corpus() -> None:
    telling = ("dt_", "event_", "clock", "start_x", "end_x", "path_length", "displacement", "box_", "movement_time")
    assert not [name for name in shipped().features if name.startswith(telling)]


def test_it_loads_and_scores_without_any_training_library() -> None:
    said = (
        "import sys, numpy as np\n"
        "from musculus.score.shipped import shipped\n"
        "model = shipped()\n"
        "model.weights(np.zeros((2, len(model.features))))\n"
        "print([m for m in ('lightgbm', 'sklearn', 'onnxruntime', 'pandas') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "bot.musculus"
    other.write_bytes(PATH.read_bytes()[:-1] + b"!")
    with pytest.raises(BundleError, match="sha256"):
        load(other, digest=SHA256)


UNEVEN = np.clip(np.random.default_rng(5).normal(16.0, 5.0, 4000), 4.0, 40.0)  # ms
RECORDERS = {
    "1000 Hz": (Mouse(), None),
    "125 Hz": (Mouse(polling_hz=125), None),
    "125 Hz on a clock of 15.6 ms": (Mouse(polling_hz=125, jitter=0.5), Page(None, clock=15.625)),
    "uneven frames on a clock of 15.6 ms": (Mouse(polling_hz=500), Page(64, UNEVEN, clock=15.625)),
    "page of 20 Hz": (Mouse(), Page(20)),
    "page of 30 Hz": (Mouse(), Page(30)),
    "page of 90 Hz": (Mouse(), Page(90)),
    "page of 120 Hz": (Mouse(), Page(120)),
    "4 px a count": (Mouse(400, 4, 125), Page()),
    "touchpad": (Mouse(inertia=30), Page()),
}


@pytest.mark.parametrize("name", RECORDERS)
def test_people_left_out_of_its_training_are_called_human_whatever_records_them(unseen: Events, name: str) -> None:
    seen = record(unseen, *RECORDERS[name], seed=1)
    verdicts = [overrule(j.verdict, findings(one)) for one, j in zip(seen, judge(seen, shipped()), strict=True)]
    assert np.mean([v == "human" for v in verdicts]) >= 0.9
    assert "bot" not in verdicts


@pytest.mark.parametrize("name", RECORDERS)
def test_bots_are_called_bots_through_the_same_recorders(name: str) -> None:
    some = generate("bezier", 8, 3, sessions=3), generate("windmouse", 8, 4, sessions=3)
    seen = record(Events.concat(list(some)), *RECORDERS[name], seed=1)
    verdicts = [j.verdict for j in judge(seen, shipped())]
    assert "human" not in verdicts
    assert np.mean([v == "bot" for v in verdicts]) >= 0.8


def test_weights_of_features_over_strokes_are_the_score_to_the_last_digits(unseen: Events) -> None:
    model = shipped()
    found = evidence_of(strokes_of(unseen[0], model.features), model)
    base = model.score(found.values) - found.weights.sum(axis=1)
    assert np.ptp(base) < 1e-9  # what is known before anything is seen is the same for every stroke
    fusion = fusion_of(model)
    total = moved(found, fusion).sum() + fusion.shares(found.scores).sum() * base[0]
    assert total == pytest.approx(fusion.total(found.scores), abs=1e-9)


def test_every_reason_names_the_range_of_people_and_the_events_to_draw_it_on(unseen: Events) -> None:
    (said,) = judge(unseen[0], shipped())
    assert said.reasons
    for reason in said.reasons:
        assert "people 5-95 %" in reason.sentence
        first, last = reason.rows
        assert 0 <= first < last < unseen[0].n_events


def test_the_set_ups_of_the_browser_arena_are_doubted_or_called_bots_and_told_why(data: Path) -> None:
    visits = read(data / "arena" / "browser.parquet")
    called: dict[str, set[str]] = {}
    for one, said in zip(visits, judge(visits, shipped()), strict=True):
        broken = findings(one)
        verdict = overrule(said.verdict, broken)
        assert verdict != "human"
        called.setdefault(one.context["generator"][0], set()).add(verdict)
        if verdict == "bot":
            assert broken or said.reasons
    bots = {name for name, verdicts in called.items() if verdicts == {"bot"}}
    assert bots >= {
        "cdp_lerp_4ms", "js_dispatch", "js_element_click", "pup_click", "pup_ghost_cursor", "pup_ghost_cursor_slow",
        "pup_move_steps25", "pw_move_steps25", "sel_ac_steps30", "sel_element_click", "sel_humancursor",
        "x_humancursor", "x_pyautogui_tween", "x_pyclick", "xdotool_steps40",
    }  # fmt: skip


def test_fingers_pens_keys_and_a_pointer_that_jumps_are_never_bots_for_want_of_a_mouse(unseen: Events) -> None:
    one = unseen[0]
    for pointer in ("touch", "pen"):
        table = one.to_polars()
        import polars as pl

        other = Events.from_table(table.with_columns(pointer=pl.lit(pointer)))
        assert [j.verdict for j in judge(other, shipped())] == ["unsure"]
    keys = Events.of([0, 90, 200, 290], [np.nan] * 4, [np.nan] * 4, ["key_down", "key_up"] * 2)
    dwelling = Events.of(
        np.arange(24) * 900.0, np.repeat(np.arange(8) * 80.0, 3), [5.0] * 24, ["move", "down", "up"] * 8
    )
    assert [j.verdict for e in (keys, dwelling) for j in judge(e, shipped())] == ["unsure", "unsure"]


def test_every_measure_of_the_shipped_detector_has_words_for_who_never_saw_its_name() -> None:
    names = [feature.name for feature in shipped(ENGINE).manifest.features]
    told = {name: words(name) for name in names}
    assert len(names) > 100
    assert [name for name, said in told.items() if "_" in said or said == name.replace("_", " ")] == []
    assert len(set(told.values())) > 0.95 * len(names)
