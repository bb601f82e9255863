"""`/v1/people`: enrol a person with recordings, ask whether it is still them, forget them."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.serve import alarm
from musculus.serve.admin import asked
from musculus.serve.answers import Refusal
from musculus.serve.api import Json

if TYPE_CHECKING:
    from musculus.serve.app import Application

LEAST: Final = 40  # movements that enrol a person, over all recordings
Name = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]


class Enrol(msgspec.Struct, forbid_unknown_fields=True):
    """Recordings of a person, as the site knows: of several visits, or nobody knows how much these differ."""

    recordings: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=20)]


class Enrolled(msgspec.Struct):
    """What a person is enrolled with now; `new` says how many movements each new recording holds."""

    person: str
    recordings: list[str]
    new: dict[str, int] = {}


class Forgotten(msgspec.Struct):
    """What enrolled a person and doesn't any more; `erased` are the recordings that are gone, too."""

    person: str
    recordings: list[str]
    erased: list[str]


class Told(msgspec.Struct):
    """The part of a worker's answer that is looked at here."""

    actions: int


def routes(app: Application) -> list[Route]:
    """Enrol, list, alarm, forget."""
    people = People(app)
    one = "/v1/people/{person:str}"
    return [
        Route(one, people.listing),
        Route(one, people.forget, methods=["DELETE"]),
        Route(f"{one}/enrol", people.enrol, methods=["POST"]),
        Route(f"{one}/alarm", people.alarm),
    ]


class People:
    """The handlers, over one application."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def enrol(self, request: Request) -> Response:
        """Add recordings to what a person is known by; one that is there already is measured anew."""
        site, person = self._who(request)
        wanted: Enrol = await asked(request, Enrol)
        for recording in wanted.recordings:
            await self._with_path(site, recording)
        parts: dict[str, bytes] = {}
        for recording in dict.fromkeys(wanted.recordings):
            parts[recording] = await self._part(site, recording)
        moved = {recording: msgspec.json.decode(part, type=Told).actions for recording, part in parts.items()}
        before = await asyncio.to_thread(self._known, site, person)
        if not before and sum(moved.values()) < LEAST:
            said = f"{sum(moved.values())} movements are too few to know a person by; {LEAST} are needed at first"
            raise Refusal(422, "request", said)
        now = int(time.time() * 1000)
        for recording, part in parts.items():
            await asyncio.to_thread(alarm.keep, self._app.store, site, person, recording, now, part)
        known = await asyncio.to_thread(self._known, site, person)
        return Json(Enrolled(person, known, moved), 201)

    async def listing(self, request: Request) -> Response:
        """The recordings a person is enrolled with."""
        site, person = self._who(request)
        return Json(Enrolled(person, await self._enrolled(site, person)))

    async def alarm(self, request: Request) -> Response:
        """Whether a recording is of the person who enrolled: same person, someone else, the mouse changed, unsure."""
        site, person = self._who(request)
        recording = request.query_params.get("recording", "")
        await self._enrolled(site, person)
        await self._with_path(site, recording)
        said = await self._app.worker.ask("alarm", site, recording, person=person)
        return Json(said)

    async def forget(self, request: Request) -> Response:
        """Forget what a person is known by; with `?recordings=1` the recordings that did it are deleted for good."""
        site, person = self._who(request)
        await self._enrolled(site, person)
        found = await asyncio.to_thread(alarm.drop, self._app.store, site, person)
        gone = found if request.query_params.get("recordings") == "1" else []
        for recording in gone:
            await self._app.forget(site, recording)
        return Json(Forgotten(person, found, gone))

    async def _with_path(self, site: str, recording: str) -> None:
        """Raises `Refusal` where there is no such recording, or measures only: the alarm compares paths."""
        row = await self._app.desk.row(site, recording)
        if row is None:
            raise Refusal(404, "not_found", f"there is no recording {recording[:64]}")
        if not row.has_paths:
            raise Refusal(422, "no_paths", "of this recording measures only are kept; the alarm needs its path")

    async def _part(self, site: str, recording: str) -> bytes:
        return await self._app.worker.ask("enrol", site, recording)

    async def _enrolled(self, site: str, person: str) -> list[str]:
        found = await asyncio.to_thread(self._known, site, person)
        if not found:
            raise Refusal(404, "not_found", f"nobody is enrolled as {person}")
        return found

    def _known(self, site: str, person: str) -> list[str]:
        return [e.recording for e in alarm.entries(self._app.store, site) if e.person == person]

    def _who(self, request: Request) -> tuple[str, str]:
        """The site and the person of a request. Raises `Refusal` for who may not ask, and for what is no name."""
        access = self._app.gate.reader(request.scope)
        site, person = access.of(request.query_params.get("site"), self._app.site), request.path_params["person"]
        if not alarm.NAME.fullmatch(person):
            raise Refusal(404, "not_found", "a person's name has 1 to 64 letters, digits, dots, dashes, @ or _")
        return site, person
