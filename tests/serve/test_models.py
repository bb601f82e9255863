"""The Models page: curves drawn from the file's own numbers, and drift told where there is some."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.serve.conftest import Server

from musculus.evaluate.held_out import Axes, reliability, told
from musculus.events import Events
from musculus.models import fit_model, make_model, save
from musculus.score.shipped import shipped
from musculus.serve.charts import charts
from musculus.serve.panels.drift import FEWEST, SHARES, beside, drift, words


def entry(**more: Any) -> dict[str, Any]:
    """A curve of 400 made rows."""
    rng = np.random.default_rng(0)
    positive, owner = np.repeat([False, True], 200), np.arange(400) // 10
    score = 2.0 * positive + rng.normal(size=400)
    axes = Axes("made <rows>", "people taken for bots", "bots found", ("people", "families"), "people")
    true = reliability(~positive, 1 / (1 + np.exp(2 * score - 2)), owner)
    return {**told(axes, positive, score, owner, strata=positive, line=2.0), "calibration": true, **more}


def test_every_point_of_a_curve_is_drawn_where_its_rates_say() -> None:
    one = entry()
    found = charts([one])
    assert set(found) == {"roc", "det", "calibration"}
    [points] = re.findall(r'class="curve first" points="([^"]+)"', found["roc"])
    places = [tuple(map(float, pair.split(","))) for pair in points.split()]
    assert len(places) == len(one["roc"]["fpr"])
    assert places[-1] == (340.0, 20.0)  # all found where everybody is accused: the upper right corner
    half = int(np.argmin(np.abs(np.array(one["roc"]["fpr"]) - 0.1)))
    share = (np.log10(one["roc"]["fpr"][half]) + 3) / 3  # 200 negatives: the axis begins at 0.1 %
    assert places[half][0] == pytest.approx(54 + share * 286, abs=0.1)
    assert len(re.findall("<circle", found["calibration"])) == len(one["calibration"]["said"])


def test_words_of_a_file_are_escaped_and_none_is_a_curve_of_nothing() -> None:
    found = charts([entry(false='"><script>')])
    assert "<script" not in found["roc"]
    assert charts([]) == {}
    assert "calibration" not in charts([entry(calibration={})])


def test_the_shipped_detector_keeps_curves_of_strokes_and_of_visits() -> None:
    one, eight = shipped().manifest.more["curves"]
    data = shipped().manifest.data
    assert one["n"] == [data["strokes"], data["strokes_of_bots"]]
    assert one["auc"] == pytest.approx(shipped().manifest.metrics["auc"], abs=1e-4)
    assert eight["line"][0] == shipped().manifest.metrics["people_eight_strokes_called_bot"]
    assert set(charts([one, eight])) == {"roc", "det", "calibration"}


def test_values_of_the_same_kind_have_not_moved_shifted_ones_have_and_counts_are_no_alarm() -> None:
    rng = np.random.default_rng(1)
    quantiles = np.quantile(rng.normal(size=20_000), SHARES)
    assert beside(rng.normal(size=2000), quantiles)["moved"] < 0.05
    assert beside(rng.normal(1, 1, 2000), quantiles)["moved"] > 0.3
    counts = np.quantile(rng.poisson(2, 20_000), SHARES)
    assert beside(rng.poisson(2, 2000).astype(float), counts)["moved"] < 0.05
    assert beside(rng.poisson(5, 2000).astype(float), counts)["moved"] > 0.3
    assert beside(np.zeros(FEWEST - 1), quantiles)["moved"] is None


def test_what_drifted_is_said_in_words() -> None:
    scores = {"median": -1.0, "usual": 3.0, "moved": 0.6, "n": 900, "unlike": 0.4}
    row = {"name": "speed_peaks", "unit": "1", "median": 9.0, "usual": 2.0, "moved": 0.7, "n": 900}
    still = {**row, "name": "straightness", "moved": 0.02}
    first, second, third = words([row, still], scores, 900, 4)
    assert first.startswith("Scores show much drift: median log odds -1.00, of people in training 3.00; 40.0%")
    assert second.startswith("1 of 2 measures drifted much, 0 some, in 900 strokes of 4 visits; most of all speed pea")
    assert "few visits" in third
    assert words([still], None, 900, 40) == ["None of 1 measures drifted."]


def test_a_site_looks_at_model_files_beside_the_store_and_at_nobody_elses(launch: Callable[..., Server]) -> None:
    server = launch()
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(200, 3))
    labels = (rows[:, 0] + rng.normal(size=200) > 0).astype(int)
    place = Path(server.store.removeprefix("sqlite:///") + "-models") / "demo"
    place.mkdir(parents=True)
    model = fit_model(make_model("logistic_regression"), rows, labels)
    given = {"features": ["a", "b", "c"], "rows": rows, "labels": labels, "task": "verify", "verdicts": ("no", "yes")}
    save(model, place / "owners.musculus", **given, more={"curves": [entry()]})
    save(model, place / "bare.musculus", **given)
    (place / "torn.musculus").write_bytes((place / "bare.musculus").read_bytes()[:900])
    (place.parent / "other.musculus").write_bytes((place / "bare.musculus").read_bytes())
    html = server.ask("GET", "/models")[1]
    assert "owners.musculus" in html
    assert "Drift from training" in html
    html = server.ask("GET", "/models?file=owners.musculus")[1]
    assert html.count('class="chart"') == 3
    assert "made &lt;rows&gt;" in html
    assert "Drift from training" not in html
    said = server.ask("GET", "/v1/panels/models?file=bare.musculus")[1]
    assert (said["task"], said["curves"], said["charts"]) == ("verify", [], {})
    assert "keeps no scores of rows it had not seen" in server.ask("GET", "/models?file=bare.musculus")[1]
    for wrong in ("torn.musculus", "../other.musculus", "other.musculus", "/etc/passwd"):
        status, said, _ = server.ask("GET", f"/v1/panels/models?file={wrong}")
        assert status == 404
        assert str(place) not in said["detail"]


def lines(n: int, verdict: str) -> Events:
    """Strokes on a ruler at constant speed, as no hand makes them."""
    t = np.concatenate([2000 * k + np.arange(40) * 1000 / 60 for k in range(n)])
    there = np.arange(40) * 12.0
    x = np.concatenate([there if k % 2 else there[::-1] for k in range(n)])
    return Events.of(t, x, np.tile(np.full(40, 300.0), n), "move", recording=verdict * 4, verdict=verdict)


def test_strokes_that_no_person_makes_are_drift_unless_their_visit_is_called_a_bot() -> None:
    found = drift(lines(FEWEST + 10, "unsure"), shipped())
    assert found["strokes"] >= FEWEST
    assert found["scores"]["moved"] > 0.5
    assert "much drift" in found["words"][0]
    assert found["columns"][0]["moved"] > 0.5
    assert drift(lines(FEWEST + 10, "bot"), shipped())["words"] == ["There are no visits to compare yet."]
    assert "too few to say" in drift(lines(3, "human"), shipped())["words"][0]
