"""What the player reads: columns that fit the measures, strokes beside people's, and 200,000 events at once."""

from __future__ import annotations

import http.client
import json

import numpy as np
import numpy.typing as npt
import pytest
from tests.serve.conftest import Server, frame, walk
from tests.serve.test_browser import drive

from musculus.cut import cut
from musculus.events import KINDS, Events
from musculus.measures import measure
from musculus.serve.replay.columns import MAGIC, replay_file, series
from musculus.serve.replay.strokes import SHOWN, people, strokes
from musculus.wire import Batch, encode

Columns = dict[str, npt.NDArray[np.generic]]


def parsed(content: bytes) -> tuple[dict[str, object], Columns]:
    """The file as a reader who only knows its description reads it."""
    assert content[:8] == MAGIC
    length = int.from_bytes(content[8:12], "little")
    header = json.loads(content[12 : 12 + length])
    at, found = 12 + length, {}
    for name, kind in header["columns"]:
        found[name] = np.frombuffer(content, kind, header["events"], at)
        at += -(-found[name].nbytes // 8) * 8
    assert at == len(content)
    return header, found


@pytest.fixture
def there_and_press() -> Events:
    """Twenty steps of 5 px every 10 ms, a rest, a press in a box, two views of one page."""
    t = [10.0 * k for k in range(21)] + [900, 980, 980, 2000, 2010, 2020]
    x = [3.0 * k for k in range(21)] + [60, 60, 60, 5, 8, 8]
    y = [4.0 * k for k in range(21)] + [80, 80, 80, 5, 9, 9]
    kind = ["move"] * 21 + ["down", "up", "click", "move", "move", "move"]
    box = [np.nan] * 21 + [50.0] * 3 + [np.nan] * 3
    page = [0] * 24 + [1] * 3
    return Events.of(t, x, y, kind, page=page, left=box, top=box, width=box, height=box)


def test_the_columns_are_the_events_and_the_description_says_how_to_read_them(there_and_press: Events) -> None:
    header, columns = parsed(replay_file(there_and_press))
    assert header["events"] == 27
    assert columns["t"].tolist() == [round(10 * t) for t in there_and_press.t]
    assert np.array_equal(columns["x"], there_and_press.x)
    assert [KINDS[code] for code in columns["kind"].tolist()] == there_and_press.kind_names()
    assert header["boxes"] == [[21, 50.0, 50.0, 50.0, 50.0, ""], [23, 50.0, 50.0, 50.0, 50.0, ""]]


def test_a_window_that_was_resized_is_told_at_each_row_and_drawn_as_large_as_it_ever_was() -> None:
    size = {"width": [1000.0, np.nan, 600.0, np.nan], "height": [500.0, np.nan, 700.0, np.nan]}
    events = Events.of([0, 5, 9, 12], [np.nan, 5, np.nan, 7], [np.nan, 5, np.nan, 7],
                       ["show", "move", "resize", "move"], page=[0] * 4, **size)  # fmt: skip
    pages = {"recording": np.zeros(1, int), "page": np.zeros(1, int), "address": np.array(["/"], object),
             "viewport_width": np.array([600.0]), "viewport_height": np.array([700.0]),
             "lost": np.zeros(1, int), "missing": np.zeros(1, int)}  # fmt: skip
    events = Events.build(events.columns, events.offsets, events.recordings, {}, pages)
    header, _ = parsed(replay_file(events))
    assert header["sizes"] == [[0, 1000.0, 500.0], [2, 600.0, 700.0]]
    [page] = header["pages"]  # type: ignore[misc]
    assert (page["width"], page["height"]) == (1000.0, 700.0)


def test_series_stand_beside_their_rows_and_begin_anew_on_each_page(there_and_press: Events) -> None:
    found = series(there_and_press)
    speed = found["velocity"]
    assert np.isnan(speed[[0, 24]]).all()
    assert speed[1:21] == pytest.approx(500)
    assert speed[21] == 0
    assert speed[25:].tolist() == pytest.approx([500, 0])
    assert found["acceleration"][2:21] == pytest.approx(0)
    assert found["curvature"][1:20] == pytest.approx(0, abs=1e-9)


def test_strokes_carry_the_measures_of_the_engine_and_where_people_lie(there_and_press: Events) -> None:
    said = strokes(there_and_press)
    table = measure(there_and_press, cut(there_and_press, "stroke"), only=list(SHOWN))
    assert [m["name"] for m in said["measures"]] == list(SHOWN)
    for k, stroke in enumerate(said["strokes"]):
        for name, value in zip(SHOWN, stroke["values"], strict=True):
            expected = table[name][k]
            assert value is None if np.isnan(expected) else value == pytest.approx(expected, rel=1e-4)
    assert said["strokes"][0]["values"][SHOWN.index("straightness")] == 1.0
    assert said["strokes"][0]["odd"] > 0  # no person's is a ruler line


def test_people_are_quantiles_only_in_rising_order_of_enough_strokes() -> None:
    ranges = people()
    assert set(ranges.quantiles) == set(SHOWN)
    assert ranges.strokes > 1000
    assert "licence" in ranges.source
    for values in ranges.quantiles.values():
        assert len(values) == len(ranges.shares)
        assert values == sorted(values)


def test_an_empty_recording_and_one_without_a_move_are_files_too() -> None:
    nothing = Events.of(t=[], x=[], y=[])
    assert parsed(replay_file(nothing))[0]["events"] == 0
    assert strokes(nothing)["strokes"] == []
    keys = Events.of(t=[0, 9], x=[np.nan] * 2, y=[np.nan] * 2, kind=["key_down", "key_up"])
    assert np.isnan(parsed(replay_file(keys))[1]["velocity"]).all()


def test_the_routes_give_the_file_and_the_strokes_and_404_for_others(server: Server) -> None:
    name = "7a" * 16
    server.post(frame(name, n=200))
    connection = server.connect()
    connection.request("GET", f"/v1/recordings/{name}/events")
    answer: http.client.HTTPResponse = connection.getresponse()
    header, columns = parsed(answer.read())
    connection.close()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert (header["recording"], len(columns["t"])) == (name, 200)
    status, said, _ = server.ask("GET", f"/v1/recordings/{name}/strokes")
    assert (status, len(said["measures"])) == (200, len(SHOWN))
    assert server.ask("GET", f"/v1/recordings/{'0' * 32}/events")[0] == 404
    assert server.ask("GET", f"/v1/recordings/{name}/strokes?site=other")[0] == 404


def half_an_hour(recording: str, n: int = 200_000, per: int = 4000) -> list[bytes]:
    """Frames of a pointer that goes from goal to goal for 30 minutes, and clicks at each."""
    rng = np.random.default_rng(5)
    gaps = np.where(np.arange(n) % 100 == 0, rng.uniform(200, 1500, n), 6.0)
    t = np.round(np.cumsum(gaps) * 1_800_000 / gaps.sum(), 1)
    goals = rng.uniform([40, 40], [1240, 680], (n // 100 + 1, 2))
    share = np.clip(np.arange(n) % 100 / 90, 0, 1)[:, None]
    leg = np.arange(n) // 100
    way = goals[leg] + (goals[leg + 1] - goals[leg]) * share**2 * (3 - 2 * share)
    at = np.round(way + rng.normal(0, 0.5, (n, 2)))
    kind = np.full(n, "move", object)
    kind[97::100], kind[98::100], kind[99::100] = "down", "up", "click"
    base = walk(recording).context
    many = {"source": ["pointer"] * per, "trusted": [1] * per}
    found = []
    for k, i in enumerate(range(0, n, per)):
        part = slice(i, i + per)
        who = {"recording": recording, "view": recording[:16], "sequence": k, "time_origin": 1.7e12, "context": base}
        found.append(encode(Batch.of(t[part], at[part, 0], at[part, 1], kind[part], **who, **many)))
    return found


SCRUB = """async () => {
  const scrub = document.getElementById("scrub"), replay = document.getElementById("replay");
  const before = Number(replay.dataset.frames), clocks = new Set();
  for (let k = 1; k <= 60; k++) {
    scrub.value = String(Math.round((k * 7919 % 60) / 60 * scrub.max));
    scrub.dispatchEvent(new Event("input"));
    await new Promise(requestAnimationFrame);
    clocks.add(document.getElementById("clock").textContent);
  }
  return [Number(replay.dataset.frames) - before, clocks.size];
}"""
LEVELS = """async () => {
  const { pyramid, extent } = await import("/static/columns.js");
  const values = Float32Array.from({ length: 5000 }, (_, i) => (i % 7 ? Math.sin(i * i) * i : NaN));
  const levels = pyramid(values);
  for (const [first, last] of [[0, 5000], [63, 65], [64, 4160], [1, 4999], [100, 101], [7, 8]]) {
    const part = Array.from(values.slice(first, last)).filter((v) => v === v);
    const found = extent(values, levels, first, last);
    const same = part.length ? found[0] === Math.min(...part) && found[1] === Math.max(...part) : found === null;
    if (!same) return [first, last];
  }
  return "same";
}"""


@pytest.mark.browser
def test_two_hundred_thousand_events_open_and_every_scrub_step_is_a_frame(server: Server) -> None:
    name = "7b" * 16
    for content in half_an_hour(name):
        assert server.post(content)[0] == 202
    wrong: list[str] = []

    async def story(browser: object) -> tuple[list[int], str, str]:
        page = await browser.new_page(viewport={"width": 1440, "height": 900})  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(f"{server.origin}/recordings/{name}")
        await page.locator("#replay[data-ready]").wait_for()
        frames = await page.evaluate(SCRUB)
        return frames, await page.locator("#counted").inner_text(), await page.evaluate(LEVELS)

    frames, counted, levels = drive(story)
    assert frames[0] >= 60
    assert frames[1] >= 55
    assert counted == "200,000 events, 2,000 clicks"
    assert levels == "same"
    assert wrong == []
