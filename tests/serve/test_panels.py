"""The dashboard: every panel over a real store and worker, its page, its JSON, its exports, and who may see it."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
from tests.serve.conftest import ORIGIN, Server, walk

from musculus.serve.app import Application
from musculus.serve.panels import panels
from musculus.serve.panels.cards import blocks
from musculus.serve.panels.facts import Facts
from musculus.serve.panels.filters import choices, fits, mouse
from musculus.serve.panels.sessions import _sorted
from musculus.store import open_store
from musculus.store.base import BatchRow
from musculus.wire import Batch, encode

FOLDER = Path(__file__).resolve().parents[2] / "src/musculus/serve"
PERSON, KEYS, TRIALS = "d1" * 16, "d2" * 16, "d3" * 16


def trials(recording: str) -> Batch:
    """Three targets of 40 px: shown, left after 200 ms, pressed 800 ms after being shown, 3 px beside the centre."""
    names = ("t", "x", "y", "kind", "target", "left", "top", "width", "height")
    rows: dict[str, list[Any]] = {name: [] for name in names}

    def add(t: float, x: float, y: float, kind: str, target: str | None = None, box: float = np.nan) -> None:
        values = (t, x, y, kind, target, box, 300 + 0 * box, 40 + 0 * box, 40 + 0 * box)
        for name, value in zip(rows, values, strict=True):
            rows[name].append(value)

    at = 100.0
    add(0, np.nan, np.nan, "task", "race")
    for k, left in enumerate((400.0, 700.0, 300.0)):
        begin, goal = 2000.0 * k + 100, left + 20 + 3
        add(begin, np.nan, np.nan, "stimulus", f"#target-{k}", left)
        for step, share in enumerate(np.linspace(0, 1, 60)):
            add(begin + 200 + 10 * step, at + (goal - at) * share, 320, "move")
        add(begin + 800, goal, 320, "down", f"#target-{k}", left)
        add(begin + 880, goal, 320, "up", f"#target-{k}")
        at = goal
    targets = sorted({target for target in rows["target"] if target})
    codes = [targets.index(target) if target else -1 for target in rows.pop("target")]
    context = msgspec.structs.replace(walk(recording).context, address="/race", targets=tuple(targets))
    columns = {**Batch.of(**rows).columns, "target": np.array(codes, np.int32)}
    return Batch(recording, recording[:16], 0, ORIGIN, context, columns)


def keys(recording: str) -> Batch:
    """Four keys of 80 ms with 120 ms between them."""
    t = [1000.0 + 200 * (k // 2) + 80 * (k % 2) for k in range(8)]
    nothing = [np.nan] * 8
    slot = [k // 2 for k in range(8)]
    kind = ["key_down", "key_up"] * 4
    return Batch.of(
        t, nothing, nothing, kind, recording=recording, view=recording[:16], time_origin=ORIGIN, slot=slot,
        key_class=["letter"] * 8, context=walk(recording).context,
    )  # fmt: skip


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What every panel tells of a store with three visits, asked in process with the real worker."""
    url = f"sqlite:///{tmp_path_factory.mktemp('panels')}/store.db"
    store = open_store(url)
    person = walk(PERSON, n=400, kind=["move"] * 397 + ["down", "up", "click"], detail=[0] * 397 + [1] * 3)
    batches = [person, keys(KEYS), trials(TRIALS)]
    rows = [(b.recording, encode(b), b.n) for b in batches]
    store.append([BatchRow("demo", r, r[:16], 0, ORIGIN, int(ORIGIN), n, content) for r, content, n in rows])
    app = Application(store, url, "demo", loopback=True)

    async def ask() -> dict[str, dict[str, Any]]:
        try:
            for recording, *_ in rows:
                await app.desk.find("demo", recording)
            asked = [(panel.name, panel.data, {}) for panel in panels()]
            maps = next(panel.data for panel in panels() if panel.name == "maps")
            kinds = ("clicks", "moves", "dwell", "attention", "scroll", "keys", "difference")
            asked += [(kind, maps, {"kind": kind, "page": "/"}) for kind in kinds]
            return {name: await data(app, "demo", query) for name, data, query in asked}
        finally:
            await app.worker.stop()

    said = asyncio.run(ask())
    store.close()
    return said


def test_the_menu_is_the_folder_and_each_panel_has_a_template_of_its_name() -> None:
    files = {path.stem for path in (FOLDER / "templates/panels").iterdir()}
    assert {panel.name for panel in panels()} == files
    assert [panel.title for panel in panels()][:2] == ["Sessions", "Maps"]
    assert all(panel.about.endswith(".") for panel in panels())


def test_whatever_a_panel_tells_can_be_json(shown: dict[str, dict[str, Any]]) -> None:
    for said in shown.values():
        assert isinstance(msgspec.json.decode(msgspec.json.encode(said)), dict)


def test_sessions_tell_pages_devices_and_verdicts(shown: dict[str, dict[str, Any]]) -> None:
    rows = {row["recording"]: row for row in shown["sessions"]["rows"]}
    assert set(rows) == {PERSON, KEYS, TRIALS}
    assert rows[TRIALS]["pages"] == ["/race"]
    assert rows[PERSON]["screen"] == "1280 x 720"
    assert {row["verdict"] for row in rows.values()} <= {"human", "bot", "unsure"}
    assert shown["sessions"]["choices"]["page"] == [("/", "/"), ("/race", "/race")]
    assert [value for value, _ in shown["sessions"]["choices"]["rate"]] == ["90-180", "none"]
    assert shown["sessions"]["unread"] == 0


def test_the_most_uncertain_come_first_and_those_without_a_number_last() -> None:
    rows = [{"probability": p} for p in (0.99, None, 0.4, 0.0)]
    assert [row["probability"] for row in _sorted(rows, {"sort": "uncertain"})] == [0.4, 0.99, 0.0, None]


def test_tasks_tell_response_initiation_error_and_throughput_as_the_trials_were_made(
    shown: dict[str, dict[str, Any]],
) -> None:
    [task] = shown["tasks"]["tasks"]
    assert (task["name"], task["n"]) == ("race", 3)
    assert task["response"] == pytest.approx(800)
    assert task["initiation"] == pytest.approx(210)
    assert task["click_error"] == pytest.approx(3)
    assert [row["name"] for row in shown["tasks"]["targets"]] == ["#target-0", "#target-1", "#target-2"]
    second = shown["tasks"]["targets"][1]
    assert second["difficulty"] == pytest.approx(np.log2((720 - 423) / 40 + 1), abs=0.05)
    assert second["throughput"] == pytest.approx(second["difficulty"] / 0.8)


def test_maps_count_what_was_recorded(shown: dict[str, dict[str, Any]]) -> None:
    clicks, moves = shown["clicks"]["numbers"], shown["moves"]["numbers"]
    assert clicks["n"] + clicks["outside"] == 1
    assert moves["n"] + moves["outside"] == 397
    assert sum(cell[2] for cell in moves["cells"]) == moves["n"]
    assert shown["keys"]["numbers"]["classes"]["letter"] == {"n": 4, "hold": 80.0, "flight": 120.0}
    assert shown["scroll"]["numbers"]["share"][0] == 1.0
    assert shown["dwell"]["numbers"]["unit"]
    assert (shown["attention"]["numbers"]["unit"], shown["attention"]["numbers"]["n"]) == ("s a visit", 2)
    assert shown["difference"]["numbers"] or shown["difference"]["nothing"]


def test_people_and_devices_are_the_estimates_in_words(shown: dict[str, dict[str, Any]]) -> None:
    groups = shown["people"]["groups"]
    assert sum(group["recordings"] for group in groups) == 3
    assert any("events a second" in group["words"] for group in groups)


def test_the_model_tells_its_card_and_what_it_misses(shown: dict[str, dict[str, Any]]) -> None:
    said = shown["models"]
    assert said["judged"] == 3
    assert sum(said["scores"]) == said["scored"]
    assert any(block["kind"] == "table" for block in said["card"])
    assert said["weak"]
    assert all(one["found"] < 0.5 for one in said["weak"])
    assert all(m["n"] <= said["drift"]["strokes"] for m in said["drift"]["measures"])


def test_a_card_is_taken_apart_and_never_becomes_html() -> None:
    found = blocks("# A\n\ntext <b>\n\n- one\n  more\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert [block["kind"] for block in found] == ["heading", "text", "list", "table"]
    assert found[2]["items"] == ["one more", "two"]
    assert found[3]["rows"] == [["a", "b"], ["1", "2"]]


def test_every_panel_is_a_page_and_a_json_route(server: Server) -> None:
    for panel in panels():
        status, html, _ = server.ask("GET", panel.path)
        assert (status, html.count("<h1>")) == (200, 1), panel.name
        assert f'href="{panel.path}" aria-current="page"' in html
        status, said, _ = server.ask("GET", f"/v1/panels/{panel.name}")
        assert status == 200
        assert isinstance(said, dict)


BAD = [
    "maps?kind=x", "maps?width=x", "maps?verdict=x", "sessions?label=x", "sessions?sort=x", "sessions?from=1.1.",
    "sessions?skip=-1", "sessions?rate=x", "sessions?clock=125",
]  # fmt: skip


@pytest.mark.parametrize("question", BAD)
def test_what_no_filter_can_be_is_400(server: Server, question: str) -> None:
    server.post(encode(walk("d9" * 16)))
    assert server.ask("GET", f"/v1/panels/{question}")[0] == 400


def test_a_label_is_shown_filtered_by_and_exported(server: Server) -> None:
    name, other = "d4" * 16, "d5" * 16
    for one in (name, other):
        server.post(encode(walk(one)))
        server.ask("GET", f"/v1/recordings/{one}/verdict")
    body = b'{"label": "human", "note": "=HYPERLINK(1)"}'
    assert server.ask("POST", f"/v1/recordings/{name}/labels", body)[0] == 201
    assert "=HYPERLINK(1)" in server.ask("GET", f"/recordings/{name}")[1]
    listed = server.ask("GET", "/v1/panels/sessions?label=human")[1]["rows"]
    assert [row["recording"] for row in listed] == [name]
    assert name not in [row["recording"] for row in server.ask("GET", "/v1/panels/sessions?label=none")[1]["rows"]]
    status, text, headers = server.ask("GET", "/v1/export/sessions.csv?label=human")
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/csv")
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["recording"], row["label"], row["pages"]) == (name, "human", "/")


def test_all_filters_hold_together_on_the_page_in_its_address_and_in_both_files(server: Server) -> None:
    """Forty moves at 125 Hz and at 60 Hz, on two pages, two of them labelled."""
    made = {}
    for k in range(8):
        name, gap, address = f"da{k:030x}", 8.0 if k % 2 else 16.7, "/a" if k < 4 else "/b"
        context = msgspec.structs.replace(walk(name).context, address=address)
        whole = walk(name, n=60, context=context, pointer=["mouse"] * 60)
        t = np.arange(60) * gap + 0.3 * np.sin(np.arange(60))
        made[name] = at_times(whole, t)
        server.post(encode(made[name]))
        server.ask("GET", f"/v1/recordings/{name}/verdict")
    names = list(made)
    for name in names[::4]:
        server.ask("POST", f"/v1/recordings/{name}/labels", b'{"label": "bot"}')
    quick = {names[k] for k in (1, 3, 5, 7)}

    def found(query: str) -> set[str]:
        rows = server.ask("GET", f"/v1/panels/sessions?{query}")[1]["rows"]
        return {row["recording"] for row in rows if row["recording"] in made}

    assert found("page=/a") == set(names[:4])
    assert found("rate=90-180") == quick
    assert found("rate=90-180&page=/b") == quick & set(names[4:])
    assert found("label=bot&page=/b") == {names[4]}
    assert found("label=bot&page=/b&rate=90-180") == set()
    day = "2023-11-14"  # of no visit: the server's clock says when one came
    assert found(f"page=/a&to={day}") == set()
    query = "page=/a&rate=50-90&device=mouse&label=none&verdict=unsure&sort=uncertain&from=2024-01-01"
    assert found(query) == {names[2]}
    html = server.ask("GET", f"/?{query}")[1]
    for chosen in ("/a", "50-90", "mouse", "none", "unsure", "uncertain"):
        assert f'<option value="{chosen}" selected>' in html
    link = re.search(r'href="(/v1/export/sessions\.csv\?[^"]+)"', html)[1].replace("&amp;", "&")  # type: ignore[index]
    [row] = csv.DictReader(io.StringIO(server.ask("GET", link)[1]))
    assert (row["recording"], row["device"]) == (names[2], "mouse")
    assert 50 <= float(row["rate"]) < 90
    connection = server.connect()
    connection.request("GET", link.replace(".csv", ".parquet"))
    table = pl.read_parquet(io.BytesIO(connection.getresponse().read()))
    connection.close()
    assert table["recording"].to_list() == [names[2]]
    assert table["rate"].dtype == pl.Float64
    assert '<option value="/nowhere" selected>' in server.ask("GET", "/?page=/nowhere")[1]


def at_times(one: Batch, t: Any) -> Batch:
    """The batch with other times."""
    return Batch(one.recording, one.view, one.sequence, one.time_origin, one.context, {**one.columns, "t": t.round(1)})


def test_a_mouse_that_was_declared_can_be_chosen_and_so_can_those_that_were_not() -> None:
    told = ({"mouse_model": "Ant", "dpi": 800.0}, {})
    known = [Facts(1, [], "mouse", "", 0.0, 0, 0, configuration) for configuration in told]
    rows = [{"pages": [], "device": "mouse", "label": None, "verdict": "human", "mouse": mouse(one)} for one in known]
    assert choices(known, {})["mouse"] == [("Ant, 800 dpi", "Ant, 800 dpi"), ("none", "not declared")]
    assert [fits(row, {"mouse": "Ant, 800 dpi"}) for row in rows] == [True, False]
    assert [fits(row, {"mouse": "none"}) for row in rows] == [False, True]
    assert choices(known[1:], {})["mouse"] == []


def test_the_parquet_file_holds_the_rows_that_are_shown(server: Server) -> None:
    server.post(encode(walk("d6" * 16)))
    connection = server.connect()
    connection.request("GET", "/v1/export/sessions.parquet")
    table = pl.read_parquet(io.BytesIO(connection.getresponse().read()))
    connection.close()
    rows = server.ask("GET", "/v1/panels/sessions")[1]["rows"]
    assert table["recording"].to_list() == [row["recording"] for row in rows]
    assert table["events"].dtype == pl.Int64


def test_deeper_filters_page_through_everything_once(server: Server) -> None:
    for k in range(5):
        server.post(encode(walk(f"d7{k:030x}", n=10 + k)))
    seen: list[str] = []
    path: str | None = "/v1/panels/sessions?sort=uncertain&limit=2"
    while path:
        said = server.ask("GET", path)[1]
        seen += [row["recording"] for row in said["rows"]]
        path = f"/v1/panels/sessions{said['older']}" if said["older"] else None
    assert len(seen) == len(set(seen))
    assert {f"d7{k:030x}" for k in range(5)} <= set(seen)


def test_health_is_not_for_the_key_of_a_single_site(launch: Callable[..., Server]) -> None:
    server = launch(host="0.0.0.0")
    assert server.process.stdout
    admin = {"Authorization": f"Bearer {server.process.stdout.readline().split()[2]}"}
    _, made, _ = server.ask("POST", "/v1/keys", b'{"kind": "secret", "site": "shop"}', admin)
    secret = {"Authorization": f"Bearer {made['key']}"}
    for path in ("/v1/panels/health", "/v1/panels/sessions?site=other"):
        assert server.ask("GET", path)[0] == 401
        assert server.ask("GET", path, headers=secret)[0] in (403, 404)
        assert server.ask("GET", path, headers=admin)[0] == 200
    assert server.ask("GET", "/v1/panels/sessions", headers=secret)[0] == 200


def test_all_scripts_and_styles_of_the_pages_fit_in_80_kb() -> None:
    files = [path for path in (FOLDER / "static").iterdir() if path.suffix in (".js", ".css")]
    mine = [path for path in files if path.name != "musculus.js"]  # the collector is on other people's pages
    assert len(mine) > 8
    assert sum(len(gzip.compress(path.read_bytes())) for path in mine) < 80 * 1024


def test_no_script_speaks_of_another_origin() -> None:
    for path in (FOLDER / "static").glob("*.js"):
        if path.name != "musculus.js":
            found = re.findall(r"https?://[^\s\"'`]+", path.read_text())
            assert set(found) <= {"http://www.w3.org/2000/svg"}, path.name
