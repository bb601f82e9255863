"""Small files of each form, made for the test that reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

HEADER = "recording,t,kind,x,y\n"
Make = Callable[[str, str], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A file of this name with this text."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    return write


@pytest.fixture
def session(tmp_path: Path) -> Callable[..., Path]:
    """A Balabit session with these rows, in a folder of the published layout."""

    def write(*rows: str, name: str = "session_1", folder: str = "training_files/user7") -> Path:
        path = tmp_path / "balabit" / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(["record timestamp,client timestamp,button,state,x,y", *rows, ""]))
        return path

    return write
