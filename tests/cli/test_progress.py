"""The line of progress: on a terminal, and nowhere else."""

from __future__ import annotations

import io

import pytest

from musculus.cli.progress import Progress, remaining


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_nothing_is_drawn_where_nobody_looks() -> None:
    stream = io.StringIO()
    with Progress("reading", stream) as progress:
        progress(1, 2, "a")
    assert stream.getvalue() == ""


def test_on_a_terminal_share_remaining_time_and_name_are_drawn_and_wiped_in_the_end() -> None:
    stream = Terminal()
    with Progress("reading", stream) as progress:
        progress(2, 2, "session_0123")
        assert "reading 100 %  0:00 left  session_0123" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_lines_are_drawn_at_most_ten_times_a_second_but_for_the_last() -> None:
    stream = Terminal()
    with Progress("reading", stream) as progress:
        for i in range(1000):
            progress(i, 1001)
        progress(1001, 1001)
    assert stream.getvalue().count("reading") < 100
    assert "reading 100 %" in stream.getvalue()


def test_a_line_is_no_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    Progress("reading", stream)(1, 1, "x" * 200)
    assert len(stream.getvalue().replace("\r\x1b[K", "")) == 39


def test_remaining_time_is_told_in_hours_minutes_and_seconds() -> None:
    assert remaining(0.0, 0, 10) == "..."
    assert remaining(10.0, 1, 10) == "1:30 left"
    assert remaining(3600.0, 1, 3) == "2:00:00 left"
    assert remaining(5.0, 5, 5) == "0:00 left"
