"""The model card: what a model file says of itself, to be read by people."""

from __future__ import annotations

from musculus.score.manifest import Manifest


def model_card(manifest: Manifest) -> str:
    """Markdown, from what the manifest holds and nothing else."""
    lines = [f"# {manifest.family}{f' for {manifest.task}' if manifest.task else ''}", ""]
    lines += [
        f"Reads {len(manifest.features)} features and gives a {manifest.score_kind}: higher is more {_more(manifest)}."
    ]
    if manifest.calibration.meaning:
        lines += [f"Its probability is the {manifest.calibration.meaning}."]
    if manifest.thresholds:
        low, high = manifest.thresholds
        no, yes = manifest.verdicts
        between = "" if low == high else ', between them "unsure"'
        lines += [f'Below {low:.6g} the verdict is "{no}", from {high:.6g} "{yes}"{between}.']
    lines += ["", "## Trained on", "", *(f"- {name}: {value}" for name, value in manifest.data.items())]
    if manifest.metrics:
        lines += ["", "## Measured", "", *(f"- {name}: {value}" for name, value in manifest.metrics.items())]
    lines += ["", "## Features", ""]
    lines += [f"- {feature.name}{f' ({feature.unit})' if feature.unit else ''}" for feature in manifest.features]
    lines += ["", f"Licence: {manifest.licence or 'not stated'}."]
    lines += [f"Made by musculus {manifest.musculus}, measures of engine {manifest.engine or 'not stated'}.", ""]
    return "\n".join(lines)


def _more(manifest: Manifest) -> str:
    return manifest.classes[manifest.target] if len(manifest.classes) > 2 else manifest.verdicts[1]
