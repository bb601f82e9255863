"""The long proofs, each at the size that takes a few seconds: the code that judges must itself be right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import proofs.scale
import prove
import pytest
from proofs import PROOFS, Finding
from proofs.metered import metered
from proofs.repeated import joined, repeated
from recordings import simulated
from results import read

from musculus.events import Events
from musculus.read import write

SHOWN_ELSEWHERE = {"spark"}  # tests/scale starts its cluster once for all of them
TAKES_A_SERVER_TO_KILL = pytest.param("torture", marks=pytest.mark.slow)


@pytest.fixture
def without_recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSCULUS_DATA", str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    "name", [n if n != "torture" else TAKES_A_SERVER_TO_KILL for n in PROOFS if n not in SHOWN_ELSEWHERE]
)
@pytest.mark.usefixtures("without_recordings")
def test_the_small_size_of_a_proof_holds(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert prove.main([name, "--small"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{name}: ")
    assert "NO" not in out


def test_what_did_not_hold_is_written_down_and_is_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [Finding("a", "3 s", "under 2 s", held=False), Finding("b", "1 s"), Finding("c", "1 s", "2 s", held=True)]
    monkeypatch.setattr("proofs.session.prove", lambda small: found)
    monkeypatch.setattr(prove, "FILE", tmp_path / "RESULTS.md")
    assert prove.main(["session"]) == 1
    assert "NO  a: 3 s (wanted: under 2 s)" in capsys.readouterr().out
    written = read(tmp_path / "RESULTS.md")["Proof: session"]
    assert "| a | 3 s | under 2 s | NO |\n| b | 1 s |  |  |\n| c | 1 s | 2 s | yes |" in written
    assert "Measured on" in written


def test_an_unknown_proof_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        prove.main(["skale"])
    assert "no proof named 'skale'; known: scale, cores" in capsys.readouterr().err


def test_every_proof_has_its_file_and_every_file_its_proof() -> None:
    there = {f.stem for f in Path(proofs.scale.__file__).parent.glob("*.py")}
    assert there - {"__init__", "metered", "repeated"} == set(PROOFS)


def test_a_repeated_table_has_so_many_events_and_no_id_twice(tmp_path: Path) -> None:
    write(simulated(300, longest=100), tmp_path / "base.parquet")
    frame = pl.read_parquet(repeated(tmp_path / "base.parquet", 1050, tmp_path / "events.parquet"))
    assert len(frame) == 1050
    assert frame["recording"].n_unique() == 11
    assert len(Events.from_table(frame)) == 11


def test_joined_recordings_are_one_whose_clock_never_runs_back_between_them() -> None:
    first = Events.of(t=[0, 5], x=[1, 2], y=[1, 2])
    second = Events.of(t=[0, 9], x=[3, 4], y=[3, 4], recording="1")
    one = joined(Events.concat([first, second]), 7)
    assert len(one) == 1
    assert one.x.tolist() == [1, 2, 3, 4, 1, 2, 3]
    assert (np.diff(one.t) > 0).all()


def test_a_command_is_metered_in_a_process_of_its_own() -> None:
    cost = metered(["measures", "straightness", "--json"])
    assert cost.document["name"] == "straightness"
    assert 0 < cost.cpu < 60
    assert 5 < cost.peak < 1000
    with pytest.raises(RuntimeError, match="no measure named 'straigtness'"):
        metered(["measures", "straigtness"])
