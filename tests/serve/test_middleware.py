"""The middleware and the examples for Flask and Django, in front of a real musculus server."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.serve.conftest import Server
from tests.serve.test_backend import script_click, token
from tests.serve.test_keys import Tenants, frame

from musculus.errors import UsageError
from musculus.serve.middleware import Musculus, Visit, verify

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "web"
PEOPLE, BOT, NOWHERE = "e1" * 16, "e2" * 16, "http://127.0.0.1:9"
FORM = [(b"content-type", b"application/x-www-form-urlencoded")]


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    running = Tenants(Server(f"sqlite:///{tmp_path_factory.mktemp('middleware')}/store.db", host="0.0.0.0"))
    running.post("a", frame(PEOPLE))
    running.post("a", script_click(BOT))
    yield running
    running.server.stop()


class Shop:
    """The site's own app: remembers the body and the visit of each request."""

    def __init__(self) -> None:
        self.seen: list[tuple[bytes, Visit | None]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.seen.append((body, scope.get("musculus")))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"taken"})


def call(app: Any, body: bytes = b"", headers: Any = FORM, method: str = "POST", path: str = "/order") -> int:
    """The status an ASGI app answers with; the body comes in two pieces."""
    parts = [{"type": "http.request", "body": body[:7], "more_body": True}, {"type": "http.request", "body": body[7:]}]
    sent: list[Any] = []

    async def receive() -> Any:
        return parts.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    asyncio.run(app(scope, receive, send))
    return int(sent[0]["status"])


def guard(tenants: Tenants, shop: Shop, **options: Any) -> Musculus:
    given = {"server": tenants.server.origin, "secret": tenants.secret["a"], "timeout": 30.0} | options
    return Musculus(shop, **given)


def form(token: str) -> bytes:
    return urlencode({"name": "somebody", "token": token}).encode()


def test_a_form_of_a_visit_that_is_let_in_reaches_the_app_whole(tenants: Tenants) -> None:
    shop = Shop()
    body = form(token(tenants, PEOPLE))
    assert call(guard(tenants, shop), body) == 200
    (seen, visit) = shop.seen[0]
    assert seen == body
    assert visit
    assert (visit.asked, visit.allow, visit.valid, visit.recording) == (True, True, True, PEOPLE)


def test_a_form_of_a_bot_a_used_token_and_none_are_refused(tenants: Tenants) -> None:
    shop = Shop()
    app = guard(tenants, shop)
    once = form(token(tenants, PEOPLE))
    assert [call(app, body) for body in (form(token(tenants, BOT)), once, once, b"name=x", form("made.up"))] == [
        403, 200, 403, 403, 403,
    ]  # fmt: skip
    assert [body for body, _ in shop.seen] == [once]


def test_an_app_that_decides_by_itself_is_told(tenants: Tenants) -> None:
    shop = Shop()
    app = guard(tenants, shop, block=False)
    said = token(tenants, BOT).encode()
    assert call(app, b"{}", [(b"musculus-token", said)]) == 200
    assert call(app, b"{}", []) == 200
    bot, nobody = (visit for _, visit in shop.seen)
    assert bot
    assert nobody
    assert (bot.asked, bot.allow, bot.verdict) == (True, False, "bot")
    assert bot.reasons
    assert (nobody.asked, nobody.allow, nobody.error) == (False, False, "no token")


def test_other_pages_and_other_methods_are_left_alone(tenants: Tenants) -> None:
    shop = Shop()
    app = guard(tenants, shop, paths=["/order"])
    assert call(app, method="GET") == call(app, path="/search") == 200
    assert [visit for _, visit in shop.seen] == [None, None]
    assert call(guard(tenants, shop, required=False)) == 200


def test_a_server_that_is_down_or_refuses_the_key_lets_everybody_in_and_says_so(
    tenants: Tenants, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    with caplog.at_level(logging.WARNING, "musculus.middleware"):
        assert call(guard(tenants, shop, server=NOWHERE), form("a.b")) == 200
        assert call(guard(tenants, shop, secret="mk_secret_wrong"), form("a.b")) == 200
    assert "can't be asked" in caplog.messages[0]
    assert "answered 401" in caplog.messages[1]
    assert not any("a.b" in message or "mk_secret" in message for message in caplog.messages)
    assert [visit.asked for _, visit in shop.seen if visit] == [False, False]


@pytest.mark.parametrize("server", ["events.example", "ftp://events.example", "https://me:pw@events.example", ""])
def test_an_address_that_is_none_is_refused_when_the_app_is_made(server: str) -> None:
    with pytest.raises(UsageError, match="looks like"):
        Musculus(Shop(), server=server, secret="x")


def example(name: str, tenants: Tenants, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("MUSCULUS_SERVER", tenants.server.origin)
    monkeypatch.setenv("MUSCULUS_SECRET", tenants.secret["a"])
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert len((EXAMPLES / f"{name}.py").read_text().splitlines()) < 40
    return module


def test_the_asgi_example_takes_people_and_refuses_bots(tenants: Tenants, monkeypatch: pytest.MonkeyPatch) -> None:
    app = example("asgi_form", tenants, monkeypatch).app
    assert call(app, form(token(tenants, PEOPLE))) == 200
    assert call(app, form(token(tenants, BOT))) == 403
    assert call(app, path="/", method="GET") == 200


def test_the_flask_example_takes_people_and_refuses_bots(tenants: Tenants, monkeypatch: pytest.MonkeyPatch) -> None:
    module = example("flask_form", tenants, monkeypatch)
    assert module.order({"token": token(tenants, PEOPLE)})[1] == 200
    assert [module.order({"token": said})[1] for said in (token(tenants, BOT), "", "made.up")] == [403] * 3
    if importlib.util.find_spec("flask"):
        client = module.create_app().test_client()
        assert b"musculus.token()" in client.get("/").data
        assert client.post("/", data={"token": token(tenants, PEOPLE)}).status_code == 200
        assert client.post("/", data={"token": token(tenants, BOT)}).status_code == 403


def test_the_django_example_takes_people_and_refuses_bots(tenants: Tenants, monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("django"):
        from django.conf import settings

        if not settings.configured:
            settings.configure(DEFAULT_CHARSET="utf-8")
    else:  # the two answers that the view needs of it
        http: Any = ModuleType("django.http")
        http.HttpResponse = lambda text: SimpleNamespace(status_code=200, content=text)
        http.HttpResponseForbidden = lambda text: SimpleNamespace(status_code=403, content=text)
        monkeypatch.setitem(sys.modules, "django", ModuleType("django"))
        monkeypatch.setitem(sys.modules, "django.http", http)
    view = example("django_form", tenants, monkeypatch).order_view

    def post(said: str) -> int:
        return int(view(SimpleNamespace(method="POST", POST={"token": said})).status_code)

    assert post(token(tenants, PEOPLE)) == 200
    assert [post(said) for said in (token(tenants, BOT), "", "made.up")] == [403] * 3
    assert view(SimpleNamespace(method="GET", POST={})).status_code == 200


def test_nothing_but_the_standard_library_is_needed() -> None:
    assert verify(NOWHERE, "x", "y").error == "unreachable"
    source = (Path(verify.__code__.co_filename)).read_text()
    for heavy in ("starlette", "numpy", "msgspec"):
        assert f"import {heavy}" not in source


def test_a_body_in_tiny_pieces_or_cut_off_costs_its_bytes_and_reaches_the_app_as_it_came() -> None:
    pieces = [{"type": "http.request", "body": b"x", "more_body": True}] * 1000
    for end in ({"type": "http.request", "body": b"y"}, {"type": "http.disconnect"}):
        left, got = [*pieces, end], []

        async def receive(left: list[Any] = left) -> Any:
            return left.pop(0)

        async def app(scope: Any, receive: Any, send: Any, got: list[Any] = got) -> None:
            got.append(await receive())
            while got[-1].get("more_body"):
                got.append(await receive())

        async def send(_: Any) -> None:
            return

        checked = Musculus(app, server=NOWHERE, secret="x", required=False)
        asyncio.run(checked({"type": "http", "method": "POST", "path": "/", "headers": FORM}, receive, send))
        assert got[0]["body"] == b"x" * 1000 + end.get("body", b"")
        assert len(got) == 1 + (end["type"] == "http.disconnect")
        assert got[-1]["type"] == end["type"]
