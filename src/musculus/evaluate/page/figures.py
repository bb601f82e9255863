"""The figures of a report: ROC, DET, calibration, time to verdict."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from math import log10
from statistics import NormalDist
from typing import Any

from musculus.evaluate.page.plot import Axis, Line, key, plot
from musculus.evaluate.page.style import COLOURS

RATES = (0.0, 0.25, 0.5, 0.75, 1.0)
ERRORS = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)
Document = dict[str, Any]
LINES = len(COLOURS)  # more lines in one plot nobody can tell apart


def _drawn(report: Document, has: Callable[[Document], Any]) -> tuple[list[Document], str]:
    """The models to draw, and a word about those that are left out."""
    models = [m for m in report["models"] if has(m)]
    left = f" The {LINES} best of {len(models)} are drawn." if len(models) > LINES else ""
    return models[:LINES], left


def curves(report: Document) -> str:
    """ROC and DET of all models; empty where none has a curve."""
    models, left = _drawn(report, lambda m: m.get("curve", {}).get("fpr"))
    if not models:
        return ""
    pairs = [(m["name"], list(zip(m["curve"]["fpr"], m["curve"]["tpr"], strict=True))) for m in models]
    roc = plot(
        "ROC curves", Axis("false positive rate", RATES), Axis("true positive rate", RATES),
        [Line(name, points) for name, points in pairs], ((0, 0), (1, 1)),
    )  # fmt: skip
    probit = NormalDist().inv_cdf
    det = plot(
        "DET curves", Axis("false acceptance", ERRORS, probit), Axis("false rejection", ERRORS, probit),
        [Line(name, [(x, 1 - y) for x, y in points]) for name, points in pairs],
        [(e, e) for e in ERRORS],
    )  # fmt: skip
    n = models[0].get("n", {})
    told = f"{n.get('positive', '?')} positive and {n.get('negative', '?')} negative cases"
    return (
        f"<h2>Curves</h2>{key([name for name, _ in pairs])}\n<div class=plots>"
        f"<figure>{roc}<figcaption>ROC: nearer to the upper left is better; dashed is chance. {told}.{left}"
        f"</figcaption></figure><figure>{det}<figcaption>DET, on normal deviates: nearer to the lower left is better; "
        "the dashed line is where both errors are equal.</figcaption></figure></div>"
    )


def calibration(report: Document) -> str:
    """Probabilities said against what came true, for the models that give probabilities."""
    models, left = _drawn(report, lambda m: m.get("calibration", {}).get("rows"))
    if not models:
        return ""
    lines = [
        Line(m["name"], list(zip(m["calibration"]["said"], m["calibration"]["came_true"], strict=True)), dots=True)
        for m in models
    ]
    drawn = plot(
        "Calibration", Axis("probability said", RATES), Axis("share that came true", RATES), lines, ((0, 0), (1, 1))
    )
    errors = ", ".join(f"{escape(m['name'])} {m['calibration']['error']:.3f}" for m in models)
    return (
        f"<h2>Do probabilities come true?</h2>{key([m['name'] for m in models])}\n<figure>{drawn}"
        f"<figcaption>On the dashed line they do. Mean distance from it: {errors}.{left}</figcaption></figure>"
    )


def time_to_verdict(report: Document) -> str:
    """AUC against the number of actions seen."""
    models, left = _drawn(report, lambda m: m.get("time_to_verdict"))
    if not models:
        return ""
    steps = [row["actions"] for row in models[0]["time_to_verdict"]]
    lines = [
        Line(m["name"], [(r["actions"], r["auc"]) for r in m["time_to_verdict"] if r["auc"] is not None], dots=True)
        for m in models
    ]
    if len(steps) < 2:
        return ""
    up = Axis("AUC", (0.5, 0.6, 0.7, 0.8, 0.9, 1))
    drawn = plot("Time to verdict", Axis("actions seen", steps, log10), up, lines)
    seconds = ", ".join(f"{r['actions']} in {r['seconds']:.0f} s" for r in models[0]["time_to_verdict"] if r["seconds"])
    return (
        f"<h2>How soon is it known?</h2>{key([m['name'] for m in models])}\n<figure>{drawn}"
        f"<figcaption>AUC after a session's first actions (median time: {seconds}).{left}</figcaption></figure>"
    )
