"""What a site asks its visitors before it records, to whom it shows that, and which visit agreed to which words."""

from __future__ import annotations

import asyncio
import hashlib
import time
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.serve.admin import asked
from musculus.serve.answers import CORS, Refusal
from musculus.serve.api import Json, body_of, unknown
from musculus.serve.desk import NAME
from musculus.serve.sites import Settings
from musculus.store.base import Record, Store

if TYPE_CHECKING:
    from musculus.serve.app import Application

WORDS: Final = "consent_words"  # records: one a version that was ever shown, and CURRENT
AGREED: Final = "consent"  # records of visits, erased with them
CURRENT: Final = "current"
CACHED: Final = 300  # seconds that a browser shows what it has
DIGITS: Final = 12
LANGUAGE: Final = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$"


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What visitors are asked, in plain text: its first line stands out. An empty `text` is the one that is shipped.

    `language` is a tag like `en` or `pt-BR`, of the text and of the two answers.
    """

    text: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    language: Annotated[str, msgspec.Meta(max_length=35, pattern=LANGUAGE)] = "en"
    yes: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = "Yes, record"
    no: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = "No"

    @property
    def version(self) -> str:
        """Of exactly these words, 12 hexadecimal digits."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:DIGITS]


class Asked(msgspec.Struct, frozen=True):
    """`GET /v1/consent`: the words and their version; `own` is whether the site wrote them."""

    version: str
    text: str
    language: str
    yes: str
    no: str
    own: bool


class Agreed(msgspec.Struct, frozen=True):
    """A visit agreed to a version of the words, `at` ms since 1970."""

    recording: str
    version: str
    at: int


def shipped(settings: Settings) -> Wording:
    """The words that come with musculus, from what is recorded (docs/privacy.md) and what the site keeps."""
    kept = "What is kept: the movement itself, its measures and a verdict."
    if settings.keep == "measures":
        kept = "What is kept: measures of the movement and a verdict, not the movement itself."
    network = " Of your network address the first part is kept." if settings.networks else ""
    days = settings.retention_days
    until = "until the site's owner deletes it" if days is None else f"for {days:g} day{'' if days == 1 else 's'}"
    return Wording(
        "May we record how you move the pointer, click, scroll and type here?\n\n"
        "We use it to tell people from programs and to see how these pages are used. Recorded are the pointer's places "
        "and times, presses and scrolling, the elements of the page they fall on, by a technical name, when keys are "
        "pressed and of which kind they are (letter, digit, space and so on), the sizes of window, page and screen, "
        "and the page's address without what follows a question mark. Never: which key you press, what you write or "
        "what is in password fields; no cookies are set.\n\n"
        f"How somebody moves can tell them from others, so it is personal data. {kept}{network} It is kept {until}. "
        "Nothing is recorded unless you say yes."
    )


def wording(store: Store, site: str) -> tuple[Wording, bool]:
    """The words of a site, and whether they are its own."""
    found = store.records(WORDS, site, name=CURRENT)
    own = msgspec.json.decode(found[0].document, type=Wording) if found else Wording()
    if own.text.strip():
        return own, True
    made = shipped(Settings.read(store, site))
    return (msgspec.structs.replace(own, text=made.text) if own.language.startswith("en") else made), False


def write(store: Store, site: str, words: Wording) -> None:
    """Set the words of a site; those that are shipped are kept as none, so that they follow the settings."""
    if words.text.strip() == shipped(Settings.read(store, site)).text:
        words = msgspec.structs.replace(words, text="")
    store.put_record(Record(WORDS, site, CURRENT, _now(), msgspec.json.encode(words)))


def keep_version(store: Store, site: str, words: Wording) -> None:
    """Remember what was shown, so that an agreement can always be read."""
    store.put_record(Record(WORDS, site, words.version, _now(), msgspec.json.encode(words)), new=True)


def agreements(store: Store, site: str, recording: str) -> list[dict[str, Any]]:
    """What a visit agreed to, oldest first, with the words of each version."""
    found = []
    for record in store.records(AGREED, site, recording=recording):
        one = msgspec.json.decode(record.document, type=Agreed)
        words = store.records(WORDS, site, name=one.version)
        said = msgspec.json.decode(words[0].document, type=Wording) if words else None
        found.append({"version": one.version, "at": one.at, "words": msgspec.to_builtins(said)})
    return found


def routes(app: Application) -> list[Route]:
    """`/v1/consent`, and what a visit agreed to."""
    consent = Consent(app)
    return [
        Route("/v1/consent", consent.read),
        Route("/v1/consent", consent.agree, methods=["POST"]),
        Route("/v1/consent", consent.write, methods=["PUT"]),
        Route("/v1/recordings/{recording:str}/consent", consent.agreed),
    ]


class Consent:
    """The handlers, over one application."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._kept: set[tuple[str, str]] = set()

    async def read(self, request: Request) -> Response:
        """What visitors are asked: for pages, with the write key, readable where the key may be used."""
        site, headers = self._page(request)
        words, own = await asyncio.to_thread(wording, self._app.store, site)
        if (site, words.version) not in self._kept:
            await asyncio.to_thread(keep_version, self._app.store, site, words)
            self._kept.add((site, words.version))
        headers |= {"cache-control": f"public, max-age={CACHED}", "etag": f'"{words.version}"', "vary": "origin"}
        if f'"{words.version}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Json(Asked(words.version, words.text, words.language, words.yes, words.no, own), headers=headers)

    async def agree(self, request: Request) -> Response:
        """For the page: its visit agreed; the body is the recording and the version, a space between them."""
        site = self._app.gate.writer(request.scope)
        recording, _, version = (await body_of(request, 64)).decode("latin-1").strip().partition(" ")
        if not NAME.fullmatch(recording):
            raise Refusal(422, "request", "send the recording's 32 hexadecimal digits, a space, and the version")
        if version == CURRENT or not await asyncio.to_thread(self._app.store.records, WORDS, site, name=version):
            raise Refusal(422, "request", f"no words of version {version[:20]!r} were ever shown on this site")
        kept = Agreed(recording, version, _now())
        record = Record(AGREED, site, f"{recording}-{version}", kept.at, msgspec.json.encode(kept), recording)
        if not await asyncio.to_thread(self._app.store.put_record, record, new=True):
            found = await asyncio.to_thread(self._app.store.records, AGREED, site, name=record.name)
            if not found:
                raise Refusal(410, "deleted", "this visit was deleted")
            kept = msgspec.json.decode(found[0].document, type=Agreed)  # it was said before: the first time counts
        return Json(kept, headers={name.decode(): value.decode() for name, value in CORS})

    async def write(self, request: Request) -> Response:
        """Set the words, for admins; whoever agreed to others is asked again."""
        site = self._app.gate.admin(request.scope).of(request.query_params.get("site"), self._app.site)
        words: Wording = await asked(request, Wording)
        await asyncio.to_thread(write, self._app.store, site, words)
        now, own = await asyncio.to_thread(wording, self._app.store, site)
        return Json(Asked(now.version, now.text, now.language, now.yes, now.no, own))

    async def agreed(self, request: Request) -> Response:
        """What a visit agreed to, and when, with the words."""
        access = self._app.gate.reader(request.scope)
        site = access.of(request.query_params.get("site"), self._app.site)
        row = await self._app.desk.row(site, request.path_params["recording"])
        if row is None:
            raise unknown(request)
        found = await asyncio.to_thread(agreements, self._app.store, site, row.recording)
        return Json({"recording": row.recording, "agreed": found})

    def _page(self, request: Request) -> tuple[str, dict[str, str]]:
        """The site, and who may read the answer: pages that may use the key. Raises `Refusal` for a wrong key."""
        headers = {name.decode(): value.decode() for name, value in CORS}
        text = request.query_params.get("key")
        if not text:
            access = self._app.gate.reader(request.scope)
            return access.of(request.query_params.get("site"), self._app.site), headers
        key = self._app.gate.find(text, request.scope)
        if key.kind != "write":
            raise Refusal(403, "key", f"a {key.kind} key doesn't belong into a page: use a write key, revoke this one")
        if key.origins:
            origin = request.headers.get("origin", "")
            del headers["access-control-allow-origin"]
            if origin in key.origins:
                headers["access-control-allow-origin"] = origin
        return key.site, headers


def _now() -> int:
    return int(time.time() * 1000)
