"""Which reader reads a file is told by what the file holds; what nobody can read is named."""

from __future__ import annotations

import ast
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import musculus.read
from musculus.errors import EventsError, ReadError, UnknownName
from musculus.read import READERS, choose, get_reader, read

Make = Callable[[str, str], Path]
Session = Callable[..., Path]
OURS = "recording,t,kind,x,y\n{},0,move,1,2\n"
CLICKS = "person,condition,event,t_ms,x,y\np0,calm,move,0,1,2\np0,calm,click,5,1,2\n"


def test_the_table_of_readers_lists_every_reader_in_the_folder() -> None:
    found = {}
    for file in Path(musculus.read.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reader":
                name = node.args[0]
                assert isinstance(name, ast.Constant)
                found[name.value] = f"musculus.read.{file.stem}"
    assert found == READERS


@pytest.mark.parametrize("name", READERS)
def test_a_reader_says_what_it_makes_of_the_format(name: str) -> None:
    found = get_reader(name)
    assert found.name == name
    assert found.header
    assert len(found.function.__doc__ or "") > 80


def test_a_reader_nobody_wrote_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownName, match="no reader named 'balabitt'; did you mean 'balabit'"):
        get_reader("balabitt")


def test_names_and_endings_of_files_mean_nothing(make: Make) -> None:
    assert read(make("data.parquet", CLICKS)).recordings == ("p0_calm",)
    assert read(make("session_0001", OURS.format("a"))).recordings == ("a",)


def test_a_table_that_lacks_one_of_our_columns_is_told_which(make: Make) -> None:
    with pytest.raises(EventsError, match="column 'recording' is missing; it has t, kind, x, y"):
        read(make("a.csv", "t,kind,x,y\n0,move,1,2\n"))


def test_files_given_together_are_read_in_that_order_and_folders_by_name(make: Make) -> None:
    for name in "cab":
        path = make(f"{name}.csv", OURS.format(name))
    assert read(path.parent).recordings == ("a", "b", "c")
    assert read([path.parent / f"{n}.csv" for n in "bca"]).recordings == ("b", "c", "a")
    assert read([path, path.parent]).recordings == ("b", "a", "c")  # named twice, read once


def test_a_folder_is_searched_through_and_hidden_files_are_left_alone(make: Make) -> None:
    make("deep/er/a.csv", OURS.format("a"))
    make(".hidden/b.csv", OURS.format("b"))
    top = make(".c.csv", OURS.format("c")).parent
    assert read(top).recordings == ("a",)


def test_mixed_formats_are_refused_with_one_file_of_each(make: Make, session: Session) -> None:
    first = session("0,0,NoButton,Move,1,1")
    second = make("z.csv", CLICKS)
    with pytest.raises(ReadError) as e:
        read(second.parent)
    assert str(e.value) == (
        f"files of 2 formats are mixed: balabit ({first}), pointclick ({second}); "
        "read them apart, or choose one with reader=NAME"
    )


def test_of_mixed_formats_the_one_asked_for_is_read_and_the_rest_is_told(
    make: Make, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    session("0,0,NoButton,Move,1,1")
    other = make("z.csv", CLICKS)
    with caplog.at_level(logging.WARNING, "musculus.read"):
        assert read(other.parent, reader="balabit").recordings == ("session_1",)
    assert caplog.messages == [f"left out 1 files that are no recordings: {other}"]


def test_files_that_are_no_recordings_are_left_out_of_a_folder_with_a_word(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    make("people.csv", "person,age\nanna,30\n")
    make("README.md", "# About\n")
    folder = make("a.csv", OURS.format("a")).parent
    with caplog.at_level(logging.WARNING, "musculus.read"):
        assert read(folder).recordings == ("a",)
    assert caplog.messages == [
        f"left out 2 files that are no recordings: {folder / 'README.md'}, {folder / 'people.csv'}"
    ]


def test_what_a_format_keeps_beside_its_recordings_needs_no_word(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    folder = session("0,0,NoButton,Move,1,1").parents[2]
    (folder / "public_labels.csv").write_text("filename,is_illegal\n")
    read(folder)
    assert caplog.messages == []


def test_an_empty_file_among_recordings_is_not_left_out(make: Make) -> None:
    make("b.csv", "")
    with pytest.raises(ReadError, match=r"b\.csv is empty"):
        read(make("a.csv", OURS.format("a")).parent)


def test_what_is_not_there_and_folders_without_recordings_are_named(make: Make, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file or folder: nowhere"):
        read("nowhere")
    with pytest.raises(ReadError, match=r"holds no recordings that a reader knows$"):
        read(tmp_path)
    make("notes.txt", "nothing\n")
    with pytest.raises(ReadError, match=r"reader knows; it has 1 other files, the first .*notes"):
        read(tmp_path)


def test_a_reader_that_does_not_fit_says_what_its_files_have(make: Make) -> None:
    path = make("a.csv", CLICKS)
    with pytest.raises(ReadError) as e:
        read(path, reader="balabit")
    assert str(e.value) == (
        f"{path} is not of the format balabit: it is csv with person, condition, event, t_ms, x, y; "
        "balabit has record timestamp, client timestamp, button, state, x, y in a file of form csv"
    )
    with pytest.raises(EventsError, match="column 'recording' is missing"):
        read(path, reader="table")


def test_sessions_of_one_name_in_two_folders_are_told_apart_by_their_folders(session: Session) -> None:
    row = "0,0,NoButton,Move,1,1"
    session(row, name="session_1", folder="user1")
    session(row, name="session_2", folder="user1")
    top = session(row, name="session_1", folder="user2").parents[1]
    assert read(top).recordings == ("user1/session_1", "session_2", "user2/session_1")
    shutil.copytree(top, top.parent / "copy")
    names = choose([top, top.parent / "copy"]).names()
    assert names is not None
    assert len(set(names.values())) == 6
