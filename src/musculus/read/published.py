"""Public data sets: where they come from, under which licence, how to cite them, and whether a folder holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from musculus.errors import MusculusError, ReadError
from musculus.events import Events
from musculus.events.oddities import Oddities, oddities
from musculus.read.choice import sort_out
from musculus.read.features import read_features
from musculus.read.files import Progress, scan

CHUNK: Final = 250_000  # events looked at a time


@dataclass(frozen=True)
class DataSet:
    """A public set: `reader` reads it, `holds` says what is in it, `labels` what it can teach."""

    name: str
    title: str
    source: str
    licence: str
    cite: str
    reader: str
    holds: str
    labels: str


PUBLISHED: Final = {
    s.name: s
    for s in (
        DataSet(
            "balabit",
            "Balabit Mouse Dynamics Challenge",
            "github.com/balabit/Mouse-Dynamics-Challenge",
            "none stated; made accessible to researchers",
            "Fülöp, Á., Kovács, L., Kurics, T., Windhager-Pokol, E. (2016). Balabit Mouse Dynamics Challenge data set.",
            "balabit",
            "remote desktop sessions of 10 accounts: 65 to train on, and shorter ones, 816 of them labelled",
            "account; legal or illegal",
        ),
        DataSet(
            "pointclick",
            "Mouse usage under stress, point-and-click task",
            "doi.org/10.1016/j.ijhcs.2020.102520",
            "not known to us; ask at the source before you use it",
            "Freihaut, P., Göritz, A. S. (2021). Using the computer mouse for stress measurement: An empirical "
            "investigation and critical review. International Journal of Human-Computer Studies 145, 102520.",
            "pointclick",
            "a table of moves and clicks in a web page at 60 Hz, people under two conditions",
            "person; high or low stress",
        ),
        DataSet(
            "configuration-study",
            "Is mouse dynamics information credible for user behavior research?",
            "github.com/micemicsresearch/micemicsresearch-mouse-dynamics-data-credibility",
            "CC BY-NC 4.0",
            "Kuric, E., Demčák, P., Krajčovič, M., Nemček, P. (2024). Is mouse dynamics information credible for user "
            "behavior research? An empirical investigation. Computer Standards & Interfaces 90, 103849.",
            "configuration-study",
            "features (no events) of 32 people with 5 mouse configurations in 3 activities",
            "person, sex, age, dpi, sensitivity",
        ),
        DataSet(
            "sapimouse",
            "SapiMouse",
            "ms.sapientia.ro/~manyi/sapimouse/sapimouse.html",
            "none stated",
            "Antal, M., Fejér, N., Buza, K. (2021). SapiMouse: Mouse dynamics-based user authentication using deep "
            "feature learning. IEEE 15th Int. Symposium on Applied Computational Intelligence and Informatics (SACI).",
            "sapimouse",
            "two sessions, of 1 and 3 minutes, of 120 people in a web page",
            "person",
        ),
    )
}


@dataclass
class Holding:
    """What a folder holds of one format; `problems` are sentences, none where all is well."""

    reader: str
    files: int
    recordings: int = 0
    people: set[str] = field(default_factory=set)
    odd: Oddities = field(default_factory=Oddities)
    problems: list[str] = field(default_factory=list)


def check(
    folder: str | Path, progress: Progress | None = None, each: Callable[[str, Events], None] | None = None
) -> list[Holding]:
    """Read everything in a folder, format by format, and say what it holds and what is wrong with it.

    `each` gets the name of the reader and every part that was read, so that nothing is read twice. ReadError where
    there is no such folder, or nothing in it that a reader knows.
    """
    root = Path(folder)
    if not root.exists():
        raise ReadError(f"no such file or folder: {root}")
    found, _ = sort_out(root)
    if not found:
        raise ReadError(f"{root} holds nothing that a reader knows; `musculus data list` says what there is")
    return [_look(name, files, progress, each) for name, files in found.items()]


def _look(
    name: str, files: list[Path], progress: Progress | None, each: Callable[[str, Events], None] | None
) -> Holding:
    holding = Holding(name, len(files))
    try:
        if name == "configuration-study":
            _features(holding, files)
        else:
            for events in scan(files, reader=name, chunk_events=CHUNK, progress=progress):
                holding.recordings += len(events)
                holding.people |= {str(p) for p in events.context.get("person", ()) if p is not None}
                holding.odd = holding.odd + oddities(events)
                if each:
                    each(name, events)
    except MusculusError as e:
        holding.problems.append(str(e))
        return holding
    holding.problems += list(COMPLETE[name](files, holding)) if name in COMPLETE else []
    return holding


def _features(holding: Holding, files: list[Path]) -> None:
    for file in files:
        table = read_features(file)
        holding.recordings += len(table)
        holding.people |= {str(p) for p in table["respondent_id"].unique()}


def _balabit(files: list[Path], holding: Holding) -> Iterator[str]:
    from musculus.read.balabit import LABELS

    tests = {f.name for f in files if "test_files" in f.parts}
    for root in {f.parents[2] for f in files if f.parents[1].name in ("test_files", "training_files")}:
        if not (root / LABELS).is_file():
            yield f"{root / LABELS} is missing: no test session has a label"
            continue
        labelled = set(read_features(root / LABELS)["filename"])
        if missing := sorted(labelled - tests):
            yield f"{len(missing)} labelled sessions are missing, the first is {missing[0]}"
    train = sum("training_files" in f.parts for f in files)
    if train not in (0, 65):
        yield f"{train} training sessions, 65 were published"


def _study(files: list[Path], holding: Holding) -> Iterator[str]:
    activities = {"minigame", "points", "prototype"}
    if missing := sorted(activities - {f.name.split("_")[0] for f in files}):
        yield f"the activity {missing[0]!r} is missing"
    if len(holding.people) != 32:
        yield f"{len(holding.people)} people, 32 were published"


COMPLETE: Final[dict[str, Callable[[list[Path], Holding], Iterator[str]]]] = {
    "balabit": _balabit,
    "configuration-study": _study,
}
