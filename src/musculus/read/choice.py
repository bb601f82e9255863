"""Which files hold recordings, and which reader reads them: by their content, never by their name."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from musculus.errors import EventsError, ReadError
from musculus.events import REQUIRED
from musculus.events.frames import require
from musculus.events.place import Place
from musculus.read.head import Head, head
from musculus.read.registry import Reader, all_readers, get_reader

log = logging.getLogger("musculus.read")
PathLike = str | Path


@dataclass(frozen=True)
class Chosen:
    """Files in the order they are read, the reader of all of them, and what their recordings are called."""

    files: tuple[Path, ...]
    reader: Reader
    size: int

    def names(self) -> dict[Path, str] | None:
        """The name of each file's recording where the format names it by the file: as short as tells them apart."""
        if not self.reader.names_by_file:
            return None
        names = {f: _bare(f.name) for f in self.files}
        depth = 1
        while len(set(names.values())) < len(names) and depth < 32:
            depth += 1
            count = Counter(names.values())
            names = {
                f: n if count[n] == 1 else "/".join([*f.parts[-depth:-1], _bare(f.name)]) for f, n in names.items()
            }
        count = Counter(names.values())
        return {f: n if count[n] == 1 else str(f) for f, n in names.items()}


def _bare(name: str) -> str:
    """A file's name without what says its form.

    >>> _bare("session_1.csv.gz"), _bare("v1.2")
    ('session_1', 'v1.2')
    """
    for ending in (".gz", ".csv", ".json", ".jsonl", ".ndjson", ".txt", ".tsv"):
        name = name.removesuffix(ending) or name
    return name


def choose(paths: PathLike | Iterable[PathLike], reader: str | None = None) -> Chosen:
    """Look at files and folders and choose the one reader that reads them.

    Folders are searched through; files in them that no reader knows are left out with a word in the log (`reader=`
    leaves out all others). ReadError where a path is missing, a file given by name is of no known format, nothing
    is left, or files of different formats are mixed.
    """
    given = [Path(paths)] if isinstance(paths, (str, Path)) else [Path(p) for p in paths]
    wanted = get_reader(reader) if reader is not None else None
    chosen: dict[Path, Reader] = {}
    skipped: list[Path] = []
    for path in given:
        if not path.exists():
            raise ReadError(f"no such file or folder: {path}")
        for file in _files(path, wanted):
            found = _reader_of(file, wanted, by_name=file == path)
            if found is None:
                skipped.append(file)
            else:
                chosen[file] = found
    if not chosen:
        raise ReadError(_nothing(given, skipped, wanted))
    _one_format(chosen)
    if skipped:
        some = ", ".join(str(f) for f in skipped[:3])
        log.warning("left out %d files that are no recordings: %s%s", len(skipped), some, ", ..." * (len(skipped) > 3))
    return Chosen(tuple(chosen), next(iter(chosen.values())), sum(f.stat().st_size for f in chosen))


def sort_out(folder: PathLike) -> tuple[dict[str, list[Path]], list[Path]]:
    """The files of a folder by the reader that knows them, and those that none does."""
    found: dict[str, list[Path]] = {}
    unknown: list[Path] = []
    for file in _files(Path(folder), None):
        reader = _reader_of(file, None, by_name=False)
        (unknown if reader is None else found.setdefault(reader.name, [])).append(file)
    return found, unknown


def _files(path: Path, wanted: Reader | None) -> list[Path]:
    """The file itself, or those of a folder; without hidden ones and what formats keep beside their recordings."""
    if path.is_file():
        return [path]
    beside = {name for r in ([wanted] if wanted else all_readers()) for name in r.beside}
    found = (f for f in path.rglob("*") if f.is_file() and f.name not in beside)
    return sorted(f for f in found if not any(p.startswith(".") for p in f.relative_to(path).parts))


def _reader_of(file: Path, wanted: Reader | None, by_name: bool) -> Reader | None:
    """The file's reader; None leaves it out, which a file given by name never is."""
    readers = [wanted] if wanted else all_readers()
    try:
        start = head(file)
    except ReadError as e:
        if by_name or "is empty" in str(e):
            raise
        return None
    found = recognise(start, readers)
    if found is None and by_name:
        raise _unknown(file, start, wanted)
    return found


def recognise(start: Head, readers: list[Reader] | None = None) -> Reader | None:
    """The reader whose columns are all there; of several the one that asks for most.

    A table with most of our own columns is taken for one of ours that lacks some: that reader says which.
    """
    columns = set(start.columns)
    readers = all_readers() if readers is None else readers
    fit = [r for r in readers if start.form in r.forms and columns.issuperset(r.header)]
    if fit:
        return max(fit, key=lambda r: len(r.header))
    ours = next((r for r in readers if r.name == "table"), None)
    if ours and start.form in ours.forms and len(columns & set(REQUIRED)) >= len(REQUIRED) - 2:
        return ours
    return None


def _unknown(file: Path, start: Head, wanted: Reader | None) -> ReadError | EventsError:
    found = ", ".join(start.columns[:12]) + (", ..." if len(start.columns) > 12 else "")
    if wanted is not None and wanted.name == "table":
        try:
            require(list(start.columns), Place(str(file)))
        except EventsError as e:
            return e
    if wanted is not None:
        needs = f"{wanted.name} has {', '.join(wanted.header)} in a file of form {' or '.join(wanted.forms)}"
        return ReadError(f"{file} is not of the format {wanted.name}: it is {start.form} with {found}; {needs}")
    known = "; ".join(f"{r.name} ({', '.join(r.header)})" for r in all_readers())
    return ReadError(f"{file}: no reader knows {start.form} with the columns {found}. Known: {known}")


def _nothing(given: list[Path], skipped: list[Path], wanted: Reader | None) -> str:
    where = ", ".join(str(p) for p in given) or "nothing"
    what = f"no recordings of the format {wanted.name}" if wanted else "no recordings that a reader knows"
    seen = f"; it has {len(skipped)} other files, the first {skipped[0]}" if skipped else ""
    return f"{where} holds {what}{seen}"


def _one_format(chosen: dict[Path, Reader]) -> None:
    first: dict[str, Path] = {}
    for file, found in chosen.items():
        first.setdefault(found.name, file)
    if len(first) > 1:
        each = ", ".join(f"{name} ({file})" for name, file in first.items())
        raise ReadError(
            f"files of {len(first)} formats are mixed: {each}; read them apart, or choose one with reader=NAME"
        )
