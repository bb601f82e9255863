"""Balabit's quirks, each on a made session or a real one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from musculus.errors import EventsError, ReadError
from musculus.events import Events
from musculus.read import read

Session = Callable[..., Path]


def buttons(events: Events) -> list[int]:
    return [int(b) for b in events.columns["buttons"]]


def test_the_clients_clock_is_used_in_milliseconds(session: Session) -> None:
    events = read(
        session("0.0,0.0,NoButton,Move,10,20", "0.0,0.016,NoButton,Move,11,22", "0.5,0.031,NoButton,Move,12,23")
    )
    assert events.t == pytest.approx([0.0, 16.0, 31.0])
    assert events.x.tolist() == [10.0, 11.0, 12.0]
    assert events.y.tolist() == [20.0, 22.0, 23.0]
    assert events.kind_names() == ["move"] * 3


def test_client_times_below_zero_stored_without_sign_are_unwrapped_and_counted_from_the_first_row(
    session: Session,
) -> None:
    events = read(
        session("0,4294967.196,NoButton,Move,1,1", "0,4294967.280,NoButton,Move,2,2", "0,0.016,NoButton,Move,3,3")
    )
    assert events.t == pytest.approx([0.0, 84.0, 116.0], abs=1e-3)


def test_a_wheel_row_has_no_position_and_goes_one_notch_up_or_down(session: Session) -> None:
    events = read(session("0,0,NoButton,Move,5,5", "0,0.1,Scroll,Down,0,0", "0,0.2,Scroll,Up,0,0"))
    assert events.kind_names() == ["move", "wheel", "wheel"]
    assert np.isnan(events.x[1:]).all()
    assert np.isnan(events.y[1:]).all()
    assert events.columns["dy"][1:].tolist() == [100.0, -100.0]
    assert np.isnan(events.columns["dy"][0])
    assert events.columns["button"].tolist() == [-1, -1, -1]


def test_exact_duplicates_of_wheel_rows_are_ticks_and_those_of_moves_and_drags_are_dropped(session: Session) -> None:
    move, drag, tick = "0,0.1,NoButton,Move,5,5", "0,0.2,NoButton,Drag,6,6", "0,0.3,Scroll,Down,0,0"
    events = read(session(move, move, drag, drag, tick, tick, tick))
    assert events.kind_names() == ["move", "move", "wheel", "wheel", "wheel"]


def test_rows_that_differ_in_any_column_are_no_duplicates(session: Session) -> None:
    events = read(session("0,0.1,NoButton,Move,5,5", "0.01,0.1,NoButton,Move,5,5", "0.01,0.1,NoButton,Move,6,5"))
    assert events.n_events == 3


def test_65535_is_a_position_nobody_knew(session: Session) -> None:
    events = read(session("0,0,NoButton,Move,65535,65535", "0,0.1,Left,Pressed,65535,65535", "0,0.2,NoButton,Move,5,5"))
    assert events.kind_names() == ["move", "down", "move"]
    assert np.isnan(events.x).tolist() == [True, True, False]
    assert np.isnan(events.y).tolist() == [True, True, False]


def test_a_drag_is_a_move_with_the_button_of_the_last_press(session: Session) -> None:
    events = read(
        session(
            "0,0.0,NoButton,Drag,1,1",
            "0,0.1,Left,Pressed,1,1",
            "0,0.2,NoButton,Drag,2,2",
            "0,0.3,Left,Released,2,2",
            "0,0.4,NoButton,Move,3,3",
            "0,0.5,Right,Pressed,3,3",
            "0,0.6,NoButton,Drag,4,4",
            "0,0.7,Right,Released,4,4",
            "0,0.8,Middle,Pressed,4,4",
            "0,0.9,XButton,Pressed,4,4",
            "0,1.0,NoButton,Drag,4,5",
        )
    )
    kinds = ["move", "down", "move", "up", "move", "down", "move", "up", "down", "down", "move"]
    assert events.kind_names() == kinds
    assert events.columns["button"].tolist() == [-1, 0, -1, 0, -1, 2, -1, 2, 1, 3, -1]
    assert buttons(events) == [1, 1, 1, 0, 0, 2, 2, 0, 4, 8, 8]


def test_what_is_held_at_a_turn_of_the_wheel_is_not_known(session: Session) -> None:
    events = read(session("0,0,Left,Pressed,1,1", "0,0.1,Scroll,Up,0,0"))
    assert buttons(events) == [1, -1]


def test_person_split_and_label_come_from_folders_and_the_file_of_labels(session: Session, tmp_path: Path) -> None:
    row = "0,0,NoButton,Move,1,1"
    session(row, name="session_1")
    session(row, name="session_2", folder="test_files/user7")
    session(row, name="session_3", folder="test_files/user9")
    session(row, name="session_4", folder="test_files/user9")
    (tmp_path / "balabit/public_labels.csv").write_text("filename,is_illegal\nsession_2,1\nsession_3,0\n")
    events = read(tmp_path / "balabit")
    told = {r: (p, s, i) for r, p, s, i in zip(events.recordings, *map(list, events.context.values()), strict=True)}
    assert told == {
        "session_1": ("user7", "train", None),
        "session_2": ("user7", "test", True),
        "session_3": ("user9", "test", False),
        "session_4": ("user9", "test", None),
    }


def test_a_session_outside_its_folders_has_no_person(tmp_path: Path, session: Session) -> None:
    path = session("0,0,NoButton,Move,1,1").rename(tmp_path / "alone")
    events = read(path)
    assert events.recordings == ("alone",)
    assert [v.tolist() for v in events.context.values()] == [[None]] * 3


def test_a_session_without_rows_is_a_recording_without_events(session: Session) -> None:
    events = read(session())
    assert (len(events), events.n_events) == (1, 0)


def test_text_in_a_number_is_named_with_file_row_and_line(session: Session) -> None:
    path = session("0,0,NoButton,Move,1,1", "0,n/a,NoButton,Move,2,2")
    with pytest.raises(EventsError) as e:
        read(path)
    assert str(e.value) == f"{path} row 2 (line 3): client timestamp is text ('n/a'), expected seconds"


def test_a_state_nobody_knows_is_refused(session: Session) -> None:
    with pytest.raises(ReadError, match=r"session_1 row 1 \(line 2\): state 'Hover' is unknown; known: Move, Drag"):
        read(session("0,0,NoButton,Hover,1,1"))


def test_a_line_that_was_cut_off_is_refused(session: Session) -> None:
    with pytest.raises(ReadError, match=r"session_1 row 2 \(line 3\) has 4 fields where the header has 6"):
        read(session("0,0,NoButton,Move,1,1", "0,0.1,NoButton,Move"))


@pytest.fixture(scope="session")
def balabit(data: Path) -> Events:
    return read(data / "balabit")


def test_all_published_sessions_are_read(balabit: Events) -> None:
    split, illegal = balabit.context["split"], balabit.context["illegal"]
    assert (split == "train").sum() == 65
    assert (split == "test").sum() == 413
    assert len(set(balabit.context["person"])) == 10
    assert all(isinstance(label, bool) for label in illegal[split == "test"])
    assert all(label is None for label in illegal[split == "train"])
    assert balabit.n_events == 2_846_376 - 68  # of the 2,846,376 rows 68 are duplicates of moves and drags


def test_real_sessions_start_at_zero_never_run_backwards_and_stay_on_a_desktop(balabit: Events) -> None:
    assert (balabit.t[balabit.offsets[:-1]] == 0).all()
    step = np.diff(balabit.t)
    borders = balabit.offsets[1:-1] - 1
    assert (np.delete(step, borders) >= 0).all()
    assert np.nanmax(balabit.x) == 1919
    assert np.nanmax(balabit.y) == 1079


def test_in_real_sessions_positions_are_missing_only_from_wheel_and_unknown_rows(balabit: Events) -> None:
    kinds = np.array(balabit.kind_names())
    missing = np.isnan(balabit.x)
    assert missing[kinds == "wheel"].all()
    assert (kinds == "wheel").sum() == 117_782
    assert missing[kinds != "wheel"].sum() == 129
    assert (np.isnan(balabit.columns["dy"]) == (kinds != "wheel")).all()


def test_in_a_real_session_drags_are_moves_with_a_button(balabit: Events) -> None:
    one = balabit[balabit.recordings.index("session_8848361933")]
    last = [i for i, b in enumerate(one.columns["button"]) if b == 3][
        -1
    ]  # someone pressed a side button while dragging
    assert one.columns["buttons"][last - 3 : last + 2].tolist() == [8, 8, 8, 0, 0]
    assert one.kind_names()[last - 4 : last + 2] == ["down", "move", "move", "move", "up", "up"]
