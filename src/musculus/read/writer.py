"""Tables to files: Parquet, CSV, Arrow or JSON lines by the file's name, as a whole or as they come."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from musculus.errors import UsageError
from musculus.events import Events
from musculus.read.formulas import guarded

if TYPE_CHECKING:
    import polars as pl

FORMS: Final = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv.gz",
    ".feather": "ipc",
    ".arrow": "ipc",
    ".ipc": "ipc",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}


def form_of(path: str | Path) -> str:
    """The form a file's name asks for; UsageError lists those there are.

    >>> form_of("strokes.csv.gz")
    'csv.gz'
    """
    name = Path(path).name.lower()
    for ending, form in FORMS.items():
        if name.endswith(ending):
            return form
    raise UsageError(f"{path}: the name says no form of table; end it with one of {', '.join(FORMS)}")


def write(events: Events, path: str | Path) -> None:
    """Write the events table of the contract, context repeated on every row; `read` gives the same events back."""
    with Writer(path) as out:
        out.add(events.to_polars())


class Writer:
    """A table file written a frame at a time, in bounded memory; nothing is left behind if the work fails.

    Frames lie beside the file until the last one is there: only then is it known which columns there are (a frame
    may lack some of another's) and of what type. Then they are joined into the file, which appears whole.

    Examples
    --------
    >>> with Writer("strokes.parquet") as out:  # doctest: +SKIP
    ...     for events in scan("recordings/"):
    ...         out.add(measure(events, cut="stroke").to_polars())
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.form = form_of(path)
        self.rows = 0
        self._first: pl.DataFrame | None = None
        self._folder: Path | None = None
        self._parts: list[Path] = []
        if self.path.is_dir():
            raise UsageError(f"{path} is a folder; name a file in it")
        if not self.path.parent.is_dir():
            raise UsageError(f"there is no folder {self.path.parent} to write {self.path.name} to; make it first")

    def __enter__(self) -> Writer:
        return self

    def add(self, frame: pl.DataFrame) -> None:
        """Add rows."""
        self.rows += len(frame)
        if self._first is None and not self._parts:
            self._first = frame  # a table of one frame never touches the disk twice
            return
        if self._first is not None:
            self._spool(self._first)
            self._first = None
        self._spool(frame)

    def _spool(self, frame: pl.DataFrame) -> None:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=f".{self.path.name}-", dir=self.path.parent))
        part = self._folder / f"{len(self._parts)}.parquet"
        frame.write_parquet(part, compression="lz4", statistics=False)
        self._parts.append(part)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    def _finish(self) -> None:
        import polars as pl

        if self._parts:
            table = pl.concat([pl.scan_parquet(p) for p in self._parts], how="diagonal_relaxed")
        else:
            table = (self._first if self._first is not None else pl.DataFrame()).lazy()
        handle, name = tempfile.mkstemp(prefix=f".{self.path.name}-", dir=self.path.parent)
        os.close(handle)
        unfinished = Path(name)
        try:
            _sink(table, unfinished, self.form)
        except pl.exceptions.PolarsError as e:
            unfinished.unlink(missing_ok=True)
            raise UsageError(f"{self.path}: can't be written as {self.form}: {e}") from e
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(self.path)


def _sink(table: pl.LazyFrame, path: Path, form: str) -> None:
    options: dict[str, Any] = {}
    if form == "parquet":
        table.sink_parquet(path)
    elif form == "ipc":
        table.sink_ipc(path, compression="lz4")
    elif form == "jsonl":
        table.sink_ndjson(path, check_extension=False)
    else:
        if form == "csv.gz":
            options["compression"] = "gzip"
        guarded(table).sink_csv(path, check_extension=False, **options)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
