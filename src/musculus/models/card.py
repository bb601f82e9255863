"""The model card: what a model file says of itself, to be read by people."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from musculus.score.manifest import Manifest

MOST: Final = 30  # features listed; the manifest holds them all
SHOWN: Final = 12  # people or classes named
AT: Final = (0.001, 0.01, 0.1)  # rates of false positives that a card names


def model_card(manifest: Manifest) -> str:
    """Markdown, from what the manifest holds and nothing else."""
    lines = [f"# {manifest.family}{f' for {manifest.task}' if manifest.task else ''}", ""]
    lines += [f"Reads {len(manifest.features)} features and {_gives(manifest)}."]
    if manifest.calibration.meaning and manifest.score_kind != "value":
        lines += [f"Its probability is the {manifest.calibration.meaning}."]
    if manifest.thresholds:
        low, high = manifest.thresholds
        no, yes = manifest.verdicts
        between = "" if low == high else ', between them "unsure"'
        lines += [f'Below {low:.6g} the verdict is "{no}", from {high:.6g} "{yes}"{between}.']
    shown = manifest.features[:MOST]
    features = [f"- {feature.name}{f' ({feature.unit})' if feature.unit else ''}" for feature in shown]
    if len(manifest.features) > MOST:
        features.append(f"- and {len(manifest.features) - MOST} more, which the file's manifest lists")
    return "\n".join([*lines, "", "## Features", "", *features, "", *_facts(manifest)])


def whole_card(manifest: Manifest) -> str:
    """The card in the file; the data, figures and licence are added to one that was written by hand."""
    facts = "\n".join(_facts(manifest))
    return manifest.card if facts in manifest.card else f"{manifest.card.rstrip()}\n\n{facts}"


def _facts(manifest: Manifest) -> list[str]:
    lines = ["## Trained on", "", *(f"- {name}: {_said(value)}" for name, value in sorted(manifest.data.items()))]
    if manifest.metrics:
        lines += ["", "## Measured", "", "On people (or recordings) that the measured model had not seen.", ""]
        lines += [f"- {name}: {_said(value)}" for name, value in sorted(manifest.metrics.items())]
    lines += [*_curves(manifest.more.get("curves", [])), "", *_gain(manifest.more.get("gain", []))]
    lines += [f"Licence: {manifest.licence or 'not stated'}."]
    return [*lines, f"Made by musculus {manifest.musculus}, measures of engine {manifest.engine or 'not stated'}.", ""]


def _curves(curves: list[dict[str, Any]]) -> list[str]:
    """A few points of each curve that the file keeps of rows the model had not seen."""
    lines = []
    for curve in curves:
        (negatives, positives), roc = curve["n"], curve["roc"]
        of = " and ".join(f"{n} {name}" for n, name in zip(curve["of_groups"], curve["groups"], strict=True))
        lines += ["", f"Of {curve['of']} ({positives} beside {negatives}, of {of}):", ""]
        lines += [f"| {curve['false']} | {curve['true']} | 95 % |", "|---|---|---|"]
        for wanted in AT:
            k = int(np.searchsorted(roc["fpr"], wanted * 1.0001, side="right")) - 1
            if k >= 0 and wanted * negatives >= 1:
                lines.append(f"| {wanted:.1%} | {roc['tpr'][k]:.1%} | {roc['low'][k]:.1%} to {roc['high'][k]:.1%} |")
        if curve.get("calibration"):
            away = curve["calibration"]["error"]
            lines += ["", f"What comes true is {away:.1%} from the probability said, in the mean over bins."]
    return lines


def _gain(rows: list[dict[str, Any]]) -> list[str]:
    """What the model it started from was worth, by how many people of the new site were known."""
    if not rows:
        return []
    table = ["| people known | cold | warm | gain |", "|---|---|---|---|"]
    for row in rows:
        gain = " to ".join(_said(row["gain"][end]) for end in ("low", "high"))
        cells = (row["people"], _said(row["cold"]), _said(row["warm"]), f"{_said(row['gain']['value'])} ({gain})")
        table.append(f"| {' | '.join(map(str, cells))} |")
    source = f"AUC on people kept back; the model it started from reaches {_said(rows[0]['source'])} by itself."
    return ["## Warm start", "", source, "", *table, ""]


def _gives(manifest: Manifest) -> str:
    if manifest.score_kind == "value":
        return f"predicts {manifest.data.get('label', 'a number')}"
    if manifest.task == "verify":
        names = ", ".join(manifest.classes[:SHOWN]) + (" ..." if len(manifest.classes) > SHOWN else "")
        return f"gives a {manifest.score_kind} for each of {len(manifest.classes)} people: {names}"
    many = len(manifest.classes) > 2
    sought = manifest.classes[manifest.target] if many else manifest.verdicts[1]
    if sought in ("True", "1", "yes") and "label" in manifest.data:
        sought = f"{manifest.data['label']} = {sought}"
    among = f", one of {', '.join(manifest.classes[:SHOWN])}" if many else ""
    return f"gives a {manifest.score_kind}: higher is more {sought}{among}"


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return ", ".join(map(str, value)) or "none" if isinstance(value, list | tuple) else str(value)
