"""The published study of Kuric et al. 2024: exactly what is known of its three tables."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from musculus.evaluate.study import study

KNOWN = {
    "points": {"rows_p05": 95, "p05": 91, "holm": 85},
    "minigame": {"rows_p05": 90, "p05": 85, "holm": 65},
    "prototype": {"rows_p05": 84, "p05": 84, "holm": 74},
}
TELESCOPING = {
    "acceleration_mean_weighted", "acceleration_x_mean_weighted", "acceleration_y_mean_weighted",
    "velocity_angular_mean_weighted",
}  # fmt: skip


@pytest.fixture(scope="module")
def found(data: Path) -> dict[str, dict[str, Any]]:
    """The quick study of each activity."""
    folder = data / "configuration-study"
    if not folder.is_dir():
        pytest.skip(f"no published study at {folder}")
    return {a: study(folder / f"{a}_aggregated_data.csv", quick=True).to_dict() for a in KNOWN}


@pytest.mark.parametrize("activity", KNOWN)
def test_exactly_the_known_counts_of_features_change_with_the_mouse(
    activity: str, found: dict[str, dict[str, Any]]
) -> None:
    d = found[activity]
    assert (d["people"], len(d["configurations"]), d["features"]) == (32, 5, 108)
    assert {k: d["significant"][k] for k in KNOWN[activity]} == KNOWN[activity]


@pytest.mark.parametrize("activity", KNOWN)
def test_the_features_that_cancel_out_are_flagged_by_themselves(
    activity: str, found: dict[str, dict[str, Any]]
) -> None:
    kinds = defaultdict(set)
    for flag in found[activity]["flags"]:
        kinds[flag["kind"]].add(flag["name"])
    assert kinds["telescoping"] == TELESCOPING
    assert len(kinds["constant"]) == 13
    assert {"curvature_max", "velocity_angular_std"} <= kinds["unwrapped"]
    assert "angle_mean" not in kinds["unwrapped"]
    assert kinds["duplicated"] == {"acceleration_positive_max", "acceleration_negative_min"}
    assert {"flip_x_count", "corner_count"} <= kinds["tied"]
    assert "velocity_mean" not in kinds["tied"]


def test_a_first_interval_that_counts_from_the_clocks_zero_is_seen_where_there_is_one(
    found: dict[str, dict[str, Any]]
) -> None:
    seen = {a: {f["name"] for f in d["flags"] if f["kind"] == "first_interval"} for a, d in found.items()}
    assert "velocity_mean_weighted" in seen["points"] & seen["prototype"]
    assert seen["minigame"] == set()  # there distance over time is the weighted mean speed


def test_accelerations_are_the_mouses_and_mean_speed_the_persons(found: dict[str, dict[str, Any]]) -> None:
    d = found["points"]
    assert max(d["kendall_w"].values()) == pytest.approx(0.84, abs=0.005)
    assert max(d["kendall_w"], key=d["kendall_w"].get).startswith("acceleration")
    speeds = [d["icc"][n] for n in d["icc"] if n.startswith("velocity") and n.endswith("mean_weighted")][:-2]
    assert 0.69 < min(speeds) < max(speeds) < 0.78
    same = {m["name"] for m in d["measures"] if m["verdict"] == "the same"}
    assert same == {f"velocity{x}_mean_weighted" for x in ("", "_x", "_y", "_smooth")}


def test_the_design_is_told_with_its_confounds(found: dict[str, dict[str, Any]]) -> None:
    d = found["points"]["design"]
    assert d["crossed"]
    kinds = {c["kind"]: c["seen"] for c in d["concerns"]}
    assert "a mouse of its own" in kinds["confounded"]
    assert d["factors"][1]["alone"] == [{"at": "dpi 2400", "levels": ["5", "10", "18"]}]
    assert kinds["incomplete tasks"].startswith("2 of 192")
    assert "one configuration only" in {c["kind"]: c["seen"] for c in found["prototype"]["design"]["concerns"]}["task"]
