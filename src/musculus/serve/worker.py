"""A child process for what takes the processor: verdicts and drawings, so that ingest stays small and never waits.

The two speak in lines of JSON over the child's standard input and output: a question, then an answer, in order. The
child reads the store on its own, and ends when its input does, so it can't outlive a killed server.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import traceback
from collections import deque
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from musculus.errors import MusculusError, StoreError
from musculus.store import open_store
from musculus.store.base import BatchRow, Query, Store
from musculus.store.recording import events_of, with_paths
from musculus.wire import decode

if TYPE_CHECKING:
    from musculus.score import Scorer
    from musculus.serve.seen import Seen

log = logging.getLogger("musculus.verdicts")

LONGEST_ANSWER: Final = 1 << 28
NICE: Final = 10


class Question(msgspec.Struct):
    """What the child is asked: a function of `ANSWERS`, about a recording or about a frame that is kept nowhere.

    `asked` is what a panel's own question holds, `batches` those of a recording that the store doesn't have.
    """

    what: str
    site: str = ""
    recording: str = ""
    frame: bytes = b""
    asked: dict[str, Any] = {}
    batches: list[BatchRow] = []


class Answer(msgspec.Struct):
    """What it says: a JSON document, or an error in words."""

    document: msgspec.Raw = msgspec.Raw(b"null")
    error: str = ""


class Worker:
    """The parent's side: `ask` a question; a child that has died is started anew at the next one."""

    def __init__(self, store_url: str) -> None:
        self._url = store_url
        self._child: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._asked: deque[asyncio.Future[Answer]] = deque()
        self._starting = asyncio.Lock()

    async def ask(
        self,
        what: str,
        site: str = "",
        recording: str = "",
        frame: bytes = b"",
        batches: Sequence[BatchRow] = (),
        **asked: Any,
    ) -> bytes:
        """The answer as JSON; `StoreError` where the child could not give one."""
        child = await self.start()
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked.append(future)
        assert child.stdin
        child.stdin.write(msgspec.json.encode(Question(what, site, recording, frame, asked, list(batches))) + b"\n")
        answer = await future
        if answer.error:
            raise StoreError(answer.error)
        return bytes(answer.document)

    async def start(self) -> asyncio.subprocess.Process:
        """Start the child unless it runs; it loads the engine at once, before anyone asks."""
        async with self._starting:
            if self._child is None or self._child.returncode is not None or (self._reader and self._reader.done()):
                self._child = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "musculus.serve.worker"),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    limit=LONGEST_ANSWER,
                    start_new_session=True,  # Ctrl-C stops the server, which stops the child
                )
                assert self._child.stdin
                self._child.stdin.write(self._url.encode() + b"\n")  # not as an argument: those are everybody's to see
                self._asked = deque()
                self._reader = asyncio.create_task(self._listen(self._child, self._asked))
            return self._child

    async def stop(self) -> None:
        """Close the child's input and wait until it is gone."""
        if self._child and self._child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()  # it only reads: nothing is lost
            await self._child.wait()
        if self._reader:
            await self._reader

    async def _listen(self, child: asyncio.subprocess.Process, asked: deque[asyncio.Future[Answer]]) -> None:
        """Hand on what a child answers; `asked` are its own questions: another child may have been started since."""
        assert child.stdout
        try:
            while line := await child.stdout.readline():
                future = asked.popleft()
                if not future.done():
                    future.set_result(msgspec.json.decode(line, type=Answer))
        except ValueError as error:  # an answer longer than `LONGEST_ANSWER`
            log.error("the process that computes said what can't be read, another one is started: %s", error)
        finally:
            if child.returncode is None:  # nobody listens to this child any more
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
            while asked:
                future = asked.popleft()
                if not future.done():
                    future.set_result(Answer(error="the process that computes verdicts ended; ask again"))


@cache
def _detector() -> Scorer | None:
    """The shipped detector; one that can't be trusted is an error in every answer, not a silent change to rules."""
    from musculus.serve.verdicts import load_detector

    return load_detector()


def _verdict(store: Store, question: Question) -> object:
    from musculus.score.rules import Visit
    from musculus.serve import followed
    from musculus.serve.verdicts import judge

    kept = store.batches(question.site, question.recording)
    visit = Visit(followed.events_of(with_paths(kept, question.recording)))
    copies = _seen(store).look(question.site, visit.events, visit.strokes)
    return {"batches": len(kept), "verdict": judge(visit, _detector(), copies)}


def _look(store: Store, question: Question) -> object:
    """The verdict on a recording whose frames come with the question, and what is kept of it."""
    from musculus.score.rules import Visit
    from musculus.serve import followed
    from musculus.serve.pathless.documents import Asked
    from musculus.serve.pathless.look import looked
    from musculus.serve.verdicts import judge

    visit = Visit(followed.events_of(question.batches))
    copies = _seen(store).look(question.site, visit.events, visit.strokes, in_memory=True)
    verdict = judge(visit, _detector(), copies)
    return looked(question.batches, visit, verdict, msgspec.convert(question.asked, Asked))


def _let_go(store: Store, question: Question) -> object:
    """Drop the decoded events of a recording that ended; its strokes may still be copied."""
    from musculus.serve import followed

    followed.forget(question.recording)
    return None


def _forget(store: Store, question: Question) -> object:
    """Drop what this process holds of a recording that was deleted."""
    from musculus.serve import followed

    followed.forget(question.recording)
    return _seen(store).forget(question.site, question.recording)


_SEEN: Final[list[Seen]] = []


def _seen(store: Store) -> Seen:
    """Strokes seen before, in files beside a store that is one; this process has one store."""
    from musculus.serve.seen import Seen

    if not _SEEN:
        path = getattr(store, "path", None)
        _SEEN.append(Seen(store, path.with_name(f"{path.name}-seen") if path else None))
    return _SEEN[0]


def _score(store: Store, question: Question) -> object:
    from musculus.serve.verdicts import judge

    b = decode(question.frame)
    row = BatchRow(b.site, b.recording, b.view, b.sequence, float(b.time_origin), 0, b.n, question.frame)
    return judge(events_of([row]), _detector())


def _drawing(store: Store, question: Question) -> object:
    from musculus.serve.drawing import drawing

    return drawing(events_of(_rows(store, question)))


def _replay(store: Store, question: Question) -> object:
    from musculus.serve.replay.columns import replay_file

    return replay_file(events_of(_rows(store, question)))


def _strokes(store: Store, question: Question) -> object:
    from musculus.serve.pathless import shown
    from musculus.serve.replay.strokes import strokes

    rows = store.batches(question.site, question.recording)
    if rows and not any(row.has_path for row in rows):
        return shown.strokes(store, question.site, question.recording)
    return strokes(events_of(with_paths(rows, question.recording)))


def _measures(store: Store, question: Question) -> object:
    from musculus.serve.pathless import shown

    asked = question.asked
    return shown.file(store, question.site, asked["cut"], asked["form"], Query(**asked["query"]))


def _panel(store: Store, question: Question) -> object:
    from musculus.serve.panels import reading

    return reading(question.asked.pop("panel"))(store, question.site, question.asked)


def _enrol(store: Store, question: Question) -> object:
    from musculus.serve.alarm import enrolled_part

    return enrolled_part(store, question.site, question.recording)


def _alarm(store: Store, question: Question) -> object:
    from musculus.serve.alarm import compare

    return compare(store, question.site, str(question.asked["person"]), question.recording)


def _model(store: Store, question: Question) -> object:
    from musculus.serve.verdicts import model_id

    return model_id(_detector())


ANSWERS: Final = {
    "verdict": _verdict, "forget": _forget, "score": _score, "drawing": _drawing, "model": _model, "replay": _replay,
    "strokes": _strokes, "panel": _panel, "enrol": _enrol, "alarm": _alarm, "look": _look, "let_go": _let_go,
    "measures": _measures,
}  # fmt: skip


def _rows(store: Store, question: Question) -> list[BatchRow]:
    return with_paths(store.batches(question.site, question.recording), question.recording)


def _told(error: Exception, question: Question) -> str:
    """An error in words, its traceback in the log; of events that are kept nowhere neither holds a number."""
    if question.batches or question.frame:
        return type(error).__name__
    traceback.print_exc()
    return repr(error)


def main() -> None:
    """The child's side: the store's URL from standard input, then questions until it ends."""
    os.nice(NICE)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand between the answers
    try:
        store = open_store(sys.stdin.buffer.readline().decode().strip(), readonly=True)
    except MusculusError as error:
        sys.exit(f"the process that computes verdicts can't read the store: {error}")
    for line in sys.stdin.buffer:
        question = msgspec.json.decode(line, type=Question)
        try:
            document = ANSWERS[question.what](store, question)
            answer = Answer(msgspec.Raw(msgspec.json.encode(document)))
        except MusculusError as error:
            answer = Answer(error=type(error).__name__ if question.batches else str(error))
        except Exception as error:  # noqa: BLE001  # one recording that can't be judged must not stop the others
            answer = Answer(error=f"{question.what} of {question.recording} failed: {_told(error, question)}")
        try:
            answers.write(msgspec.json.encode(answer) + b"\n")
            answers.flush()
        except BrokenPipeError:
            os._exit(0)  # the server was killed meanwhile: nobody is left to tell, and nothing to put in order


if __name__ == "__main__":
    main()
