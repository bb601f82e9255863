"""The study of mouse configurations by Kuric et al. 2024: features, not events."""

from __future__ import annotations

from pathlib import Path

from musculus.errors import ReadError
from musculus.events import Events
from musculus.read.registry import reader

HEADER = ("respondent_id", "session_id", "dpi", "sens", "velocity_mean", "acceleration_mean")


@reader("configuration-study", header=HEADER, beside=("respondents.csv",))
def read_configuration_study(path: Path) -> Events:
    """Aggregated features of three activities under five mouse configurations: recognised, and refused as events.

    `musculus.read.read_features` reads the table as it stands, one row per person, session and task.
    """
    raise ReadError(
        f"{path} is a table of features, not of events, so nothing can be measured on it; "
        "musculus.read.read_features reads it, and the commands that work on features take it as it is"
    )
