"""The same script in Firefox, driven over WebDriver BiDi: another engine's events, another engine's habits."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from musculus.events import KEY_CLASSES, SOURCES

if TYPE_CHECKING:
    from tests.collector.conftest import Receiver

pytestmark = pytest.mark.browser


class Firefox:
    """A headless Firefox with one page; `call` sends one BiDi command and waits for its answer."""

    def __init__(self, executable: str, profile: Path) -> None:
        command = [executable, "--headless", "--remote-debugging-port=0", "--profile", str(profile)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr
        for line in self.process.stderr:
            if found := re.search(r"WebDriver BiDi listening on ws://127\.0\.0\.1:(\d+)", line):
                break
        else:
            pytest.skip("this Firefox has no WebDriver BiDi")
        self.socket = socket.create_connection(("127.0.0.1", int(found[1])), timeout=30)
        self.stream = self.socket.makefile("rb")
        self.said = 0

    def begin(self) -> None:
        """Agree to speak WebSocket, and BiDi in it."""
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /session HTTP/1.1\r\nHost: 127.0.0.1:{self.socket.getpeername()[1]}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = self.stream.readline()
        assert b" 101 " in answer, answer
        while self.stream.readline().strip():
            pass
        self.call("session.new", capabilities={})
        self.page = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **params: Any) -> Any:
        self.said += 1
        data = json.dumps({"id": self.said, "method": method, "params": params}).encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        self.socket.sendall(b"\x81" + size + mask + masked)
        while (answer := self._message()).get("id") != self.said:
            pass
        assert answer["type"] == "success", answer
        return answer["result"]

    def _message(self) -> Any:
        text = b""
        while True:
            first, size = self.stream.read(2)
            if size > 125:
                size = struct.unpack(">H" if size == 126 else ">Q", self.stream.read(2 if size == 126 else 8))[0]
            text += self.stream.read(size)
            if first & 0x80:
                return json.loads(text)

    def open(self, url: str) -> None:
        self.call("browsingContext.navigate", context=self.page, url=url, wait="complete")

    def script(self, code: str) -> Any:
        found = self.call("script.evaluate", expression=code, target={"context": self.page}, awaitPromise=True)
        return found["result"].get("value")

    def act(self, *actions: dict[str, Any], kind: str = "pointer") -> None:
        """What a hand does: pointerMove, pointerDown, keyDown ... one after another."""
        source = {"type": kind, "id": kind, "actions": list(actions)}
        self.call("input.performActions", context=self.page, actions=[source])

    def close(self) -> None:
        self.stream.close()
        self.socket.close()
        self.process.terminate()
        self.process.wait(30)
        assert self.process.stderr
        self.process.stderr.close()


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    executable = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    if not executable:
        pytest.skip("no Firefox: apt install firefox-esr, or name it in FIREFOX")
    firefox = Firefox(executable, tmp_path_factory.mktemp("profile"))
    try:
        firefox.begin()
        yield firefox
    finally:
        firefox.close()


def test_firefox_tells_a_visit_as_it_was(receiver: Receiver, firefox: Firefox) -> None:
    receiver.pages["/page"] = (
        "<!doctype html><style>body { margin: 0; height: 3000px }</style><input id=name>"
        "<button id=go style='position: absolute; left: 40px; top: 60px; width: 200px; height: 100px'>go</button>"
        "<input id=secret type=password><script src=/musculus.js data-site=fox></script>"
    )
    receiver.pages["/other"] = "<!doctype html>other"
    firefox.open(receiver.url + "/page")
    points = [(50 + 3 * i, 70 + i) for i in range(40)]
    firefox.act(*({"type": "pointerMove", "x": x, "y": y, "duration": 0} for x, y in points))
    firefox.act({"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0})
    receiver.wait(lambda: receiver.count("click") == 1)
    firefox.script("document.querySelector('#name').focus()")
    firefox.act({"type": "keyDown", "value": "q"}, {"type": "keyUp", "value": "q"}, kind="key")
    firefox.script("document.querySelector('#secret').focus()")
    firefox.act({"type": "keyDown", "value": "z"}, {"type": "keyUp", "value": "z"}, kind="key")
    firefox.script("document.querySelector('#go').click()")
    firefox.script(
        "new Promise(done => { const again = () => { scrollTo(0, 300); setTimeout(again, 50); };"
        "addEventListener('scroll', () => scrollY === 300 && setTimeout(done, 50)); again(); })"
    )  # the caret may pull the page back at first
    firefox.open(receiver.url + "/other")  # Firefox ends the process of a closed tab before it says that it closes
    receiver.wait(lambda: receiver.count("hide") == 1)

    moves = list(zip(receiver.column("x", "move"), receiver.column("y", "move"), strict=True))
    assert moves == points
    assert (receiver.column("trusted", "move") == 1).all()
    assert not (receiver.column("source") == SOURCES.index("mouse")).any()  # each found its pointer event
    assert receiver.count("down") == receiver.count("up") == 1
    assert receiver.targets("down") == ["#go"]
    assert receiver.column("left", "down").tolist() == [40]
    assert receiver.column("trusted", "click").tolist() == [1, 0]
    assert [KEY_CLASSES[int(code)] for code in receiver.column("key_class", "key_down")] == ["letter"]
    assert receiver.column("slot", "key_up").tolist() == [0]
    assert 300 in receiver.column("scroll_y", "scroll")
    assert (np.diff(receiver.column("t", "move")) >= 0).all()
    assert {batch.context.address for batch in receiver.batches} == {"/page"}


def test_firefox_sends_on_leaving(receiver: Receiver, firefox: Firefox) -> None:
    receiver.pages["/other"] = "<!doctype html>other"
    for i in range(5):
        firefox.open(receiver.url + "/")
        firefox.script(
            "new Promise(done => { const look = () => window.musculus ? done() : setTimeout(look); look() })"
        )
        firefox.act({"type": "pointerMove", "x": 5 + i, "y": 6, "duration": 0})
    firefox.open(receiver.url + "/other")
    receiver.wait(lambda: receiver.count("hide") == 5)
    assert receiver.column("x", "move").tolist() == [5, 6, 7, 8, 9]
