"""The detector that comes with musculus: whole, made by the command it names, and fair to people it has not seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from musculus.errors import BundleError
from musculus.evaluate.training import train_bot
from musculus.features import ENGINE
from musculus.read import read
from musculus.score import load
from musculus.score.shipped import PATH, SHA256, WITHOUT, shipped
from musculus.tasks.bot import judge, rows_for


def test_the_shipped_detector_is_the_one_this_version_was_made_with() -> None:
    model = shipped(ENGINE)
    assert model.sha256 == SHA256
    assert model.manifest.family == "winslow"
    assert len(model.features) == 7


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "bot.musculus"
    other.write_bytes(PATH.read_bytes()[:-1] + b"!")
    with pytest.raises(BundleError, match="sha256"):
        load(other, digest=SHA256)


def test_the_command_it_names_makes_it_again(data: Path, tmp_path: Path) -> None:
    """To the byte on one kind of processor; on another, logarithms may differ in their last bit."""
    people = read(data / "pointclick" / "events.parquet")
    made, kept = train_bot(people, tmp_path / "bot.musculus", without=WITHOUT), shipped(ENGINE)
    table = rows_for(people, kept).values
    assert made.features == kept.features
    assert made.manifest.card == kept.manifest.card
    assert np.allclose(made.score(table), kept.score(table), rtol=1e-9)


def test_people_left_out_of_its_training_are_called_human(data: Path) -> None:
    people = read(data / "pointclick" / "events.parquet")
    unseen = [i for i, p in enumerate(people.context["person"]) if p in WITHOUT]
    verdicts = [judge(people[i], shipped())[0].verdict for i in unseen]
    assert np.mean([v == "human" for v in verdicts]) >= 0.9
    assert "bot" not in verdicts
