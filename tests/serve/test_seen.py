"""Copies of strokes that the site has seen: found in later visits, forgotten when their visit is deleted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.serve.conftest import ORIGIN, Server
from tests.store.conftest import batch

from musculus.cut import cut
from musculus.events import Events
from musculus.serve.seen import Copies, Seen
from musculus.store import open_store
from musculus.store.base import Store
from musculus.wire import Batch, encode

FIRST, LATER = "a1" * 16, "b2" * 16


def visit(seed: int, name: str, turn: float = 0.0) -> Events:
    """Some curved strokes with rests between them; `turn` is how far all of it is turned."""
    rng = np.random.default_rng(seed)
    t, x, y = [0.0], [400.0], [300.0]
    for _ in range(9):
        goal, bow, wave = rng.uniform(-300, 300, 2), rng.uniform(-120, 120), rng.uniform(1, 3)
        for k in np.linspace(0, 1, 40)[1:]:
            pace = 10 * k**3 - 15 * k**4 + 6 * k**5
            aside = bow * math.sin(math.pi * pace) + 30 * math.sin(wave * 2 * math.pi * pace)
            length = math.hypot(*goal)
            t.append(t[-1] + 1000 / 60)
            x.append(400 + goal[0] * pace - goal[1] / length * aside)
            y.append(300 + goal[1] * pace + goal[0] / length * aside)
        t[-1] += 900
    c, s = math.cos(turn), math.sin(turn)
    px, py = np.array(x), np.array(y)
    return Events.of(t=np.array(t), x=np.round(c * px - s * py), y=np.round(s * px + c * py), recording=name)


def look(seen: Seen, site: str, events: Events) -> Copies:
    return seen.look(site, events, cut(events, "stroke"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/store.db")
    yield opened
    opened.close()


def test_a_later_visit_that_copies_an_earlier_one_is_known_and_the_first_one_is_not(store: Store) -> None:
    seen = Seen(store, None)
    assert look(seen, "demo", visit(1, FIRST)).evidence <= 0
    found = look(seen, "demo", visit(1, LATER, turn=0.7))
    assert found.copies >= 6
    assert found.evidence > math.log(100)
    assert 0 < found.rows[0] < found.rows[1]
    assert look(seen, "demo", visit(2, "c3" * 16)).evidence < math.log(100)
    assert look(seen, "other", visit(1, "d4" * 16)).copies == 0  # sites know nothing of each other


def test_a_visit_that_goes_on_is_asked_for_its_new_strokes_only(store: Store) -> None:
    whole, seen = visit(1, LATER), Seen(store, None)
    look(seen, "demo", visit(1, FIRST))
    half = Events.of(t=whole.t[:180], x=whole.x[:180], y=whole.y[:180], recording=LATER)
    first = look(seen, "demo", half)
    asked, evidence = first.asked, first.evidence
    assert look(seen, "demo", half).evidence == evidence
    again = look(seen, "demo", whole)
    assert again.asked > asked
    fresh = Seen(store, None)
    look(fresh, "demo", visit(1, FIRST))
    assert again.evidence == pytest.approx(look(fresh, "demo", whole).evidence)


def test_what_is_deleted_is_forgotten_here_and_in_the_file(store: Store, tmp_path: Path) -> None:
    store.append([batch(recording=FIRST)])
    seen = Seen(store, tmp_path)
    look(seen, "demo", visit(1, FIRST))
    seen._changed["demo"] = -1e9
    look(seen, "demo", visit(3, "e5" * 16))
    [file] = tmp_path.glob("*.seen")
    assert FIRST.encode() in file.read_bytes()
    store.erase("demo", FIRST)
    later = Seen(store, tmp_path)  # as after a restart; nobody told it of the deletion
    assert look(later, "demo", visit(1, LATER)).copies == 0
    assert FIRST.encode() not in file.read_bytes()


def test_a_damaged_file_is_no_reason_to_stop(store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "demo.seen").write_bytes(b"nothing of ours")
    assert look(Seen(store, tmp_path), "demo", visit(1, FIRST)).copies == 0
    assert "begins anew" in caplog.text


def test_the_server_tells_of_copies_and_forgets_them_with_the_visit_they_copy(launch: Callable[..., Server]) -> None:
    server = launch()

    def verdict(name: str, of: Events) -> dict[str, Any]:
        body = encode(Batch.of(of.t, of.x, of.y, recording=name, sequence=0, time_origin=ORIGIN, view=name[:16]))
        assert server.post(body)[0] == 202
        found: dict[str, Any] = server.ask("GET", f"/v1/recordings/{name}/verdict")[1]
        return found

    def copied(found: dict[str, Any]) -> bool:
        return "seen_before" in [reason["name"] for reason in found["reasons"]]

    assert not copied(verdict(FIRST, visit(1, FIRST)))
    again = verdict(LATER, visit(1, LATER, turn=0.4))
    assert copied(again)
    assert again["verdict"] == "bot"
    for name in (FIRST, LATER):
        assert server.ask("DELETE", f"/v1/recordings/{name}")[0] == 200
    assert not copied(verdict("c3" * 16, visit(1, "c3" * 16, turn=0.9)))
