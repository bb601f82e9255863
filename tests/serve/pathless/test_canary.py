"""Of a site that keeps measures only no position is on the disk, whatever happens to batches; the rest is the same."""

from __future__ import annotations

import io
import json
import math
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.serve.conftest import Server
from tests.serve.pathless.visits import batches, events, found_in, keep, measures

from musculus.cli import main
from musculus.cut import cut
from musculus.serve.pathless.columns import allowed, of_strokes, of_visits, points, rounded
from musculus.store import open_store
from musculus.store.backup import backup
from musculus.store.export import export
from musculus.wire import encode, encode_json

NAME = "ca" * 16
SENT = batches(NAME)
DOCUMENTS = "SELECT document FROM record WHERE recording IS NOT NULL UNION ALL SELECT document FROM verdict"


def send(server: Server) -> None:
    """The visit with everything that goes wrong on the way: batches twice, damaged ones, one as JSON."""
    for batch in SENT:
        frame = encode(batch)
        broken = bytearray(frame)
        broken[len(broken) // 2] ^= 0xFF
        status, said = server.post(bytes(broken))
        assert (status, said["error"]) == (400, "frame")
        body = encode_json(batch) if batch.sequence == 3 else frame
        assert server.post(body) == (202, {"acked": batch.sequence})
        assert server.post(frame) == (202, {"acked": batch.sequence})
    moved = {**SENT[1].columns, "x": SENT[1].columns["x"] + 1}
    assert server.post(encode(replace(SENT[1], columns=moved)))[0] == 409


class Ran:
    """A server that took the visit, what it said of it, and the folder with everything it left behind."""

    def __init__(self, folder: Path, what: str) -> None:
        self.folder, url = folder, f"sqlite:///{folder}/store.db"
        server = Server(keep(url, what), log="json")
        try:
            self._watch(server, url, what)
        finally:
            (folder / "log").write_text(server.stop(signal.SIGTERM))

    def _watch(self, server: Server, url: str, what: str) -> None:
        folder = self.folder
        send(server)
        where = f"/v1/recordings/{NAME}"
        self.verdict = server.ask("GET", f"{where}/verdict")[1]
        self.listed = server.ask("GET", "/v1/recordings")[1]["recordings"]
        self.page = server.ask("GET", f"/recordings/{NAME}")[1]
        self.list_page = server.ask("GET", "/")[1]
        self.strokes = server.ask("GET", f"{where}/strokes")[1]
        self.others = {name: server.ask("GET", f"{where}/{name}")[:2] for name in ("drawing", "events")}
        self.panels = {name: server.ask("GET", f"/v1/panels/{name}")[0] for name in ("maps", "tasks", "people")}
        self.parts: list[dict[str, Any]] = measures(server, NAME) if what == "measures" else []
        for cut_by in ("stroke", "recording"):
            for form in ("csv", "parquet"):
                with closing(server.connect()) as line:
                    line.request("GET", f"/v1/export/measures.{form}?cut={cut_by}")
                    answer = line.getresponse()
                    assert answer.status == 200
                    (folder / f"{cut_by}s.{form}").write_bytes(answer.read())
        store = open_store(url, readonly=True)
        backup(store, folder / "backups")
        export(store, str(folder / "lake"), quiet=0.0, now=4_000_000_000_000)
        self.letters = store.letters()
        self.open = found_in(folder, SENT)  # while the server runs, with its write-ahead log
        store.close()


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    return {what: Ran(tmp_path_factory.mktemp(what), what) for what in ("paths", "measures")}


def test_no_byte_of_a_frame_and_no_position_is_in_any_file(ran: dict[str, Ran]) -> None:
    names = {path.name for path in ran["measures"].folder.rglob("*") if path.is_file()}
    assert {"store.db", "strokes.csv", "recordings.parquet", "log"} <= names
    assert ran["measures"].open == set()
    assert found_in(ran["measures"].folder, SENT) == set()


def test_the_same_search_finds_them_where_paths_are_kept(ran: dict[str, Ran]) -> None:
    found = ran["paths"].open | found_in(ran["paths"].folder, SENT)
    for what in ("a piece of a frame", "x as steps of two bytes", "y as steps of two bytes"):
        assert f"store.db: {what}" in found
        assert any(one.startswith("musculus-") and one.endswith(f".db: {what}") for one in found)  # the backup


def test_no_number_in_any_document_is_a_position(ran: dict[str, Ran]) -> None:
    forbidden = {v for b in SENT for name in "xy" for v in b.columns[name].tolist() if v % 1}
    forbidden |= {rounded(v) for v in forbidden}
    seen = set()
    with sqlite3.connect(ran["measures"].folder / "store.db") as db:
        for (document,) in db.execute(DOCUMENTS):
            seen |= set(_numbers(json.loads(document)))
    for file in ("strokes", "recordings"):
        seen |= set(_numbers(pl.read_parquet(ran["measures"].folder / f"{file}.parquet").to_dict(as_series=False)))
    assert len(seen) > 500
    assert not seen & forbidden


def _numbers(document: Any) -> Iterator[float]:
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        for one in document:
            yield from _numbers(one)
    elif isinstance(document, float):
        yield document


def test_the_verdict_is_to_the_bit_that_of_a_site_that_keeps_paths(ran: dict[str, Ran]) -> None:
    assert ran["measures"].verdict == ran["paths"].verdict
    assert ran["paths"].verdict["strokes"] == 10
    assert ran["paths"].verdict["score"] is not None


def test_every_stroke_that_closed_has_the_measures_that_the_command_gives(ran: dict[str, Ran], tmp_path: Path) -> None:
    whole = events(NAME, SENT)
    whole.to_polars().write_parquet(tmp_path / "events.parquet")
    for kind, columns in (("stroke", of_strokes()), ("recording", of_visits())):
        out = tmp_path / f"{kind}.parquet"
        assert main(["measure", str(tmp_path / "events.parquet"), "--cut", kind, "-o", str(out)]) == 0
        given = pl.read_parquet(out)
        may = [allowed(columns, int(n)) for n in points(whole, cut(whole, kind))]
        [part] = ran["measures"].parts
        kept = part["strokes"] if kind == "stroke" else {c: [v] for c, v in part["measures"].items()}
        n = len(kept["event_count"])
        assert n == len(given) == (10 if kind == "stroke" else 1)
        for column in columns:
            expected = [rounded(v) if column in may[k] else None for k, v in enumerate(given[column].to_list())]
            assert kept[column] == expected, column
        if kind == "stroke":
            assert kept["cut"] == given["cut"].to_list()
            assert (kept["start"], kept["end"]) == (given["start"].to_list(), given["end"].to_list())
            assert [sum(v[k] is not None for v in kept.values()) > 90 for k in range(n)] == [
                len(m) > 90 for m in may
            ]


def test_exports_hold_the_same_rows(ran: dict[str, Ran]) -> None:
    folder, [part] = ran["measures"].folder, ran["measures"].parts
    strokes = pl.read_parquet(folder / "strokes.parquet")
    assert strokes["path_length"].to_list() == part["strokes"]["path_length"]
    assert set(strokes["recording"]) == {NAME}
    assert strokes.columns[:8] == ["recording", "part", "page", "cut", "first", "last", "start", "end"]
    as_csv = pl.read_csv(io.BytesIO((folder / "strokes.csv").read_bytes()), infer_schema_length=None)
    assert as_csv["path_length"].to_list() == pytest.approx(part["strokes"]["path_length"])
    [visit] = pl.read_parquet(folder / "recordings.parquet").to_dicts()
    assert (visit["verdict"], visit["events"]) == (part["verdict"]["verdict"], sum(b.n for b in SENT))
    assert visit["mean_speed"] == part["measures"]["mean_speed"]
    for cut_by, name in (("stroke", "movement_time"), ("recording", "mean_speed")):
        out = folder / f"command-{cut_by}.parquet"
        assert main(["export", "--store", f"sqlite:///{folder}/store.db", "--measures", str(out), "--cut", cut_by]) == 0
        assert pl.read_parquet(out)[name].to_list() == pl.read_parquet(folder / f"{cut_by}s.parquet")[name].to_list()
    assert not list((folder / "lake").rglob("*.parquet"))
    assert list((ran["paths"].folder / "lake").rglob("*.parquet"))


def test_a_damaged_frame_leaves_its_error_without_numbers_and_none_of_its_bytes(ran: dict[str, Ran]) -> None:
    assert {len(letter.frame) for letter in ran["measures"].letters} == {0}
    assert {letter.recording for letter in ran["measures"].letters} <= {NAME, None}
    assert all("checksum" in letter.reason for letter in ran["measures"].letters)
    assert not any(c.isdigit() for letter in ran["measures"].letters for c in letter.reason)
    assert all(len(letter.frame) > 50 for letter in ran["paths"].letters)


def test_the_list_and_the_page_tell_what_is_kept_and_what_is_not(ran: dict[str, Ran]) -> None:
    mine, theirs = ran["measures"], ran["paths"]
    [row] = mine.listed
    assert (row["events"], row["batches"], row["paths"]) == (sum(b.n for b in SENT), len(SENT), False)
    assert row["verdict"] == mine.verdict
    for page in (mine.page, mine.list_page):
        assert "Paths are not kept for this site" in page
    assert 'id="replay"' in theirs.page
    assert 'id="replay"' not in mine.page
    assert mine.strokes["measures"] == theirs.strokes["measures"]
    assert len(mine.strokes["strokes"]) == 10
    full = [k for k, one in enumerate(mine.strokes["strokes"]) if None not in one["values"]]
    assert len(full) >= 5
    for k in full:
        assert mine.strokes["strokes"][k]["values"] == pytest.approx(theirs.strokes["strokes"][k]["values"], rel=1e-4)
    assert mine.others == {
        name: (404, {"error": "not_found", "detail": mine.others[name][1]["detail"]}) for name in mine.others
    }
    assert all("paths are not kept" in said["detail"] for _, said in mine.others.values())
    assert set(mine.panels.values()) == {200}


def test_what_the_list_shows_of_a_device_is_the_same(ran: dict[str, Ran]) -> None:
    facts = {}
    for what, one in ran.items():
        with sqlite3.connect(one.folder / "store.db") as db:
            [(document,)] = db.execute("SELECT document FROM record WHERE kind = 'facts'")
        facts[what] = json.loads(document)
    assert facts["measures"] == facts["paths"]
    assert facts["paths"]["pages"] == ["/canary"]
    assert math.isfinite(facts["paths"]["configuration"]["event_rate"])
