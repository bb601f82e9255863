"""Our own form in every kind of file: read back as it was written, and refused with the row that is wrong."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from musculus.errors import EventsError, ReadError, UsageError
from musculus.events import Events
from musculus.read import read, write
from musculus.read.writer import FORMS

Make = Callable[[str, str], Path]
HEADER = "recording,t,kind,x,y\n"
ROWS = "a,0,move,1,2\na,10,down,1.5,2\nb,0,move,7,8\n"


@pytest.fixture
def events() -> Events:
    """Two recordings with columns of every type, context of every type, and holes in all of them."""
    return Events.from_table(
        {
            "recording": ["a", "a", "a", "b"],
            "t": [0.0, 16.7, 33.4, 0.0],
            "kind": ["move", "down", "key_down", "move"],
            "x": [1.25, 1.5, None, 3.0],
            "y": [2.0, 2.0, None, 4.0],
            "button": [-1, 0, -1, -1],
            "page": [0, 0, 1, 0],
            "trusted": [True, False, None, True],
            "key_class": [None, None, "letter", None],
            "target": [None, "#buy, now", None, 'a "b"\nc'],
            "pointer_id": [-1, 3, None, 4],
            "viewport_width": [800.0, 800.0, 900.0, None],
            "person": ["007", "007", "007", "8"],
            "dpi": [800, 800, 800, None],
            "bot": [True, True, True, False],
            "mood": ["calm", "cross", None, "calm"],
        }
    )


@pytest.mark.parametrize("ending", FORMS)
def test_what_is_written_is_read_back_the_same(events: Events, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"events{ending}"
    write(events, path)
    assert_frame_equal(read(path).to_polars(), events.to_polars(), check_column_order=False)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_columns_come_in_any_order_with_any_separator_quotes_and_line_ends(make: Make) -> None:
    plain = read(make("a.csv", HEADER + ROWS))
    shuffled = 'y;kind;recording;x;t\r\n2;move;a;1;0\r\n2;down;a;1.5;10\r\n\r\n8;"move";b;7;0'
    assert_frame_equal(read(make("b.csv", shuffled)).to_polars(), plain.to_polars())
    tabs = (HEADER + ROWS).replace(",", "\t")
    assert_frame_equal(read(make("c.csv", "\ufeff\n" + tabs)).to_polars(), plain.to_polars())


def test_text_may_hold_separators_quotes_and_line_ends(make: Make) -> None:
    events = read(make("a.csv", HEADER.strip() + ',target\na,0,move,1,2,"a, ""b""\nc"\na,1,move,1,2,#d\n'))
    assert events.targets == ('a, "b"\nc', "#d")


def test_unknown_columns_of_a_csv_are_numbers_flags_or_words_by_what_they_hold(make: Make) -> None:
    text = (
        HEADER.strip()
        + ",dpi,speed,bot,session,person\na,0,move,1,2,800,1.5,true,007,12\nb,0,move,1,2,1600,2,False,8,13\n"
    )
    context = read(make("a.csv", text)).context
    assert {k: v.tolist() for k, v in context.items()} == {
        "dpi": [800, 1600],
        "speed": [1.5, 2.0],
        "bot": [True, False],
        "session": ["007", "8"],  # a leading zero is part of a name
        "person": ["12", "13"],  # people have names, of whatever signs
    }


def test_a_gzipped_csv_needs_no_name_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "events"
    path.write_bytes(gzip.compress((HEADER + ROWS).encode()))
    assert read(path).recordings == ("a", "b")


def test_json_lines_may_leave_out_what_is_missing(make: Make) -> None:
    move = '{"recording":"a","t":0,"kind":"move","x":1,"y":2}'
    key = '{"recording":"a","t":5,"kind":"key_down","key_class":"letter","x":null,"y":null}'
    events = read(make("a.jsonl", f"{move}\n\n{key}\n"))
    assert events.kind_names() == ["move", "key_down"]
    assert np.isnan(events.x[1])
    assert events.columns["key_class"].tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", " is empty (0 bytes)"),
        ("\n \n", " is empty: it holds no text"),
        (HEADER, " has a header but no rows: it is empty"),
        ("recording,t,x,y\na,0,1,2\n", ": column 'kind' is missing; it has recording, t, x, y. An events table needs"),
        (HEADER + "a,0,move,1,2\na,n/a,move,1,2\n", " row 2 (line 3): time is text ('n/a'), expected milliseconds"),
        (HEADER + "a,0,move,1,2\n\na,0,move,1;5,2\n", " row 2: x is text ('1;5'), expected CSS px"),
        ("\n\n" + HEADER + "a,0,move,1,z\n", " row 1 (line 4): y is text ('z'), expected CSS px"),
        (HEADER + "a,0,move,1,2\na,1,hop,1,2\n", " row 2 (line 3): kind 'hop' is unknown; known: move, down"),
        (HEADER + "a,0,move,1,2\n,1,move,1,2\n", " row 2 (line 3): recording is empty; name each one"),
        (
            HEADER + "a,0,move,1,2\nb,0,move,1,2\na,1,move,1,2\n",
            " row 3: recording 'a' starts a second run (its first began at row 1); ",
        ),
        (HEADER + "a,0,move,1,2\na,1,mo", " row 2 (line 3) has 3 fields where the header has 5: 'a,1,mo'"),
        (HEADER + "a,0,move,1,2\na,1,move,1,2,3\n", " row 2 (line 3) has 6 fields where the header has 5"),
        (HEADER + "a,0,move,1,\udcff\n", " row 1 "),
        ('{"recording":"a","t":0,"kind":"move","x":1,"y":2}\n{"recording":"a",\n', " row 2 is no JSON object"),
        ('{"recording":"a","t":0,"kind":"move","x":1,"y":2}\n7\n', " row 2 is no JSON object: '7'"),
        (
            '{"recording":"a","t":0,"kind":"move","x":1,"y":2}\n{"recording":"a","t":"later","kind":"move"}\n',
            " row 2: time is text ('later'), expected milliseconds",
        ),
        ("PAR1 and then nothing of the kind", " is a damaged parquet file"),
        (
            "a sentence, nothing more\n",
            ": no reader knows csv with the columns a sentence, nothing more. Known: table (",
        ),
        ("[tool.ruff]\nline-length = 1\n", " is no table: it begins with '[tool.ruff]'"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_the_row_and_what_was_found(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "events"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises((ReadError, EventsError)) as e:
        read(path)
    assert str(e.value).startswith(f"{path}{message}")


@pytest.mark.parametrize(
    ("start", "word"),
    [(b"PK\x03\x04....", "zip archive"), ("a,b\n".encode("utf-16"), "UTF-16"), (b"\x89PNG\r\n\0\0", "neither text")],
)
def test_files_of_other_sorts_say_what_to_do(tmp_path: Path, start: bytes, word: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(start)
    with pytest.raises(ReadError, match=word):
        read(path)


@pytest.mark.parametrize("rows", [100, 100_000])  # cut off where the head is looked at, and far behind it
def test_a_cut_off_gzip_is_refused(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "events.csv.gz"
    lines = "".join(f"r{i},0,move,{i * 7919 % 1000},2\n" for i in range(rows))
    path.write_bytes(gzip.compress((HEADER + lines).encode())[:-300])
    with pytest.raises(ReadError, match=r"events\.csv\.gz can't be unpacked"):
        read(path)


def test_a_name_that_says_no_form_and_a_folder_that_is_not_there_are_refused_before_anything_is_written(
    events: Events, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"the name says no form of table; end it with one of .parquet"):
        write(events, tmp_path / "events.xlsx")
    with pytest.raises(UsageError, match="there is no folder"):
        write(events, tmp_path / "not/there.csv")
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        write(events, tmp_path / "x.csv")


def test_a_parquet_file_with_text_in_numbers_is_refused_by_row(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pl.DataFrame({"recording": ["a"], "t": ["noon"], "kind": ["move"], "x": [1], "y": [2]}).write_parquet(path)
    with pytest.raises(EventsError, match="row 1: time is text"):
        read(path)


printable = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    names=st.lists(printable, min_size=1, max_size=4, unique=True),
    target=printable,
    x=st.floats(allow_nan=False),
    ending=st.sampled_from(sorted(FORMS)),
)
def test_any_names_and_numbers_survive_every_form(
    tmp_path: Path, names: list[str], target: str, x: float, ending: str
) -> None:
    n = len(names)
    events = Events.from_table(
        {
            "recording": names,
            "t": [0.1] * n,
            "kind": ["move"] * n,
            "x": [x] * n,
            "y": [-0.0] * n,
            "target": [target] * n,
        }
    )
    write(events, tmp_path / f"events{ending}")
    back = read(tmp_path / f"events{ending}")
    assert back.recordings == events.recordings
    if FORMS[ending] == "jsonl" and np.isinf(x):  # JSON has no infinity
        assert np.isnan(back.x).all()
    else:
        assert back.x.tolist() == events.x.tolist()
    assert back.targets == (target,)
