"""Choices of the verification protocol, judged by enrolled recordings alone: each is left out once and cut into claims.

Recordings that are to judge the finished protocol are never looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.metrics import eer, roc_auc
from musculus.evaluate.verif_scores import SEED, row_scores_of
from musculus.tasks.verify import ACTIONS, Trials, against_others

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
FOLDS: Final = 3
LEARN: Final = 800  # rows of a person that learn: choices are compared, and need not be as good as they could be
PIECE: Final = 32  # actions of a recording that make one claim: about a minute, so that choices still differ
PIECES: Final = 8  # of one recording at most, dealt by a seed


@dataclass(frozen=True, eq=False)
class Pieces:
    """What a model said of every piece when its recording was left out.

    Attributes
    ----------
    rows : (n_rows, n_people) score of each row for each person; piece : (n_rows,) which piece a row is of
    owner : (n_pieces,) whose it truly is
    """

    rows: Floats
    piece: Ints
    owner: Ints

    def claims(self, edge: float | None = None) -> Floats:
        """Mean over the rows of each piece, shape (n_pieces, n_people): of the scores, or of the logs of probabilities
        plus `edge`.
        """
        rows = self.rows if edge is None else np.log(self.rows + edge)
        count = np.bincount(self.piece, minlength=len(self.owner))
        totals = np.stack([np.bincount(self.piece, s, len(self.owner)) for s in rows.T], axis=1)
        return np.asarray(totals / count[:, None])

    def told(self, claims: Floats, *, compared: bool = True) -> tuple[float, float]:
        """AUC and EER of all claims: each piece claims to be everybody; `compared` with the likeliest other one."""
        genuine = (np.arange(claims.shape[1]) == self.owner[:, None]).ravel()
        found = (against_others(claims) if compared else claims).ravel()
        return roc_auc(genuine, found), eer(genuine, found)


def inner(
    table: Trials,
    model: str,
    *,
    settings: Mapping[str, Any] | None = None,
    actions: int = ACTIONS,
    piece: int = PIECE,
    folds: int = FOLDS,
) -> Pieces:
    """Scores of pieces of enrolled recordings by models that had not seen the recording; probabilities as they are.

    `actions` is what the rows of `table` were made with. DataError where a person has fewer than two recordings, or no
    recording is as long as a piece.
    """
    rows, pieces, owners, n = [], [], [], 0
    for part in folded(table, actions=actions, piece=piece, folds=folds):
        _, scores, _ = row_scores_of(part, model, settings=settings, edge=None)
        test = ~part.enrol
        rows.append(scores[test])
        pieces.append(part.recording[test] - len(table.recordings) + n)
        found = np.unique(part.recording[test], return_index=True)[1]
        owners.append(part.person[test][found])
        n += len(found)
    return Pieces(np.concatenate(rows), np.concatenate(pieces), np.concatenate(owners))


def folded(table: Trials, *, actions: int, piece: int, folds: int = FOLDS) -> Iterator[Trials]:
    """For each fold the trials in which its recordings, cut into pieces, claim to be everybody; the others enrol.

    Pieces are numbered as recordings after those of `table`. DataError as in `inner`.
    """
    fold = _fold(table, folds)
    for f in range(folds):
        held = table.enrol & (fold[table.recording] == f)
        rows, number = _pieces(table, np.flatnonzero(held), actions, piece)
        if not len(rows):
            raise DataError(f"no recording of fold {f + 1} has {piece} actions; take shorter pieces, or fewer folds")
        learn = _some(table, np.flatnonzero(table.enrol & ~held))
        which = np.concatenate([learn, rows])
        names = tuple(f"piece {k}" for k in range(int(number.max()) + 1))
        owner = np.zeros(len(names), np.int64)
        owner[number] = table.person[rows]
        n, people = len(table.recordings), len(table.people)
        claim, session = np.tile(np.arange(people), len(names)), np.repeat(np.arange(len(names)), people)
        yield replace(
            table,
            table=table.table.rows(which),
            person=table.person[which],
            enrol=np.arange(len(which)) < len(learn),
            recording=np.concatenate([table.recording[learn], number + n]),
            after=table.after[which],
            elapsed=table.elapsed[which],
            recordings=table.recordings + names,
            claim=claim,
            session=session + n,
            genuine=owner[session] == claim,
        )


def _some(table: Trials, rows: Ints) -> Ints:
    """At most `LEARN` of the rows of each person."""
    rng = np.random.default_rng(SEED)
    owners = table.person[rows]
    return np.sort(np.concatenate([rng.permutation(rows[owners == p])[:LEARN] for p in np.unique(owners)]))


def _fold(table: Trials, folds: int) -> Ints:
    """Each person's recordings dealt over the folds; -1 for recordings that don't enrol."""
    fold = np.full(len(table.recordings), -1, np.int64)
    rng = np.random.default_rng(SEED)
    for p, name in enumerate(table.people):
        mine = rng.permutation(np.unique(table.recording[table.enrol & (table.person == p)]))
        if len(mine) < 2:
            raise DataError(f"{name} enrols with {len(mine)} recording; to leave one out there must be two")
        fold[mine] = np.arange(len(mine)) % folds
    return fold


def _pieces(table: Trials, held: Ints, actions: int, piece: int) -> tuple[Ints, Ints]:
    """Rows that lie inside a piece, and the piece's number; at most `PIECES` of a recording."""
    first, last = table.after[held] - actions, table.after[held] - 1
    held, first = held[first // piece == last // piece], first[first // piece == last // piece]
    whole = np.bincount(table.recording[held], minlength=len(table.recordings))
    most = np.zeros(len(whole), np.int64)
    np.maximum.at(most, table.recording[table.enrol], table.after[table.enrol])
    rng, rows, number, n = np.random.default_rng(SEED), [], [], 0
    for r in np.flatnonzero(whole):
        for k in rng.permutation(int(most[r]) // piece)[:PIECES].tolist():
            inside = held[(table.recording[held] == r) & (first // piece == k)]
            if len(inside):
                rows.append(inside)
                number.append(np.full(len(inside), n))
                n += 1
    if not rows:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(rows), np.concatenate(number)
