"""Whole recordings out of batches that cut through them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

ROWS: Final = 1 << 18  # events worked on together: a few hundred MiB with every measure of every stroke


def whole(batches: Iterable[pa.RecordBatch], key: str = "recording", rows: int = ROWS) -> Iterator[pa.Table]:
    """Tables of whole recordings from the batches of one partition, in their order.

    A batch may end anywhere: the recording that is open at its end waits for the next one. Rows of one recording must
    stand together. Each table has `rows` rows or more, but the last; memory is that of `rows` and of the longest
    recording. `key` is the column that must not be cut, `person` where a row of the result is a person.

    >>> import pyarrow as pa
    >>> given = pa.table({"recording": list("aabbbc"), "t": [0, 8, 0, 8, 16, 0]}).to_batches(max_chunksize=3)
    >>> [table["recording"].to_pylist() for table in whole(given, rows=1)]
    [['a', 'a'], ['b', 'b', 'b'], ['c']]
    """
    closed: list[pa.RecordBatch] = []
    opened: list[pa.RecordBatch] = []
    name = None
    for batch in batches:
        if not batch.num_rows:
            continue
        last, names = _last_run(batch.column(key))
        if opened and (last or names[0] != name):
            closed, opened = closed + opened, []
        if last:
            closed.append(batch.slice(0, last))
        if sum(b.num_rows for b in closed) >= rows:
            yield _table(closed)
            closed = []
        opened.append(batch.slice(last))
        name = names[1]
    if closed or opened:
        yield _table(closed + opened)


def _last_run(ids: pa.Array) -> tuple[int, tuple[str | None, str | None]]:
    """Where the last run of equal ids begins, and the first and the last id."""
    import pyarrow as pa

    coded = ids if pa.types.is_dictionary(ids.type) else ids.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    turns = np.flatnonzero(codes[1:] != codes[:-1])
    return int(turns[-1]) + 1 if len(turns) else 0, (ids[0].as_py(), ids[-1].as_py())


def _table(batches: list[pa.RecordBatch]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_batches(batches).unify_dictionaries()
