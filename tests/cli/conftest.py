"""Commands run in process, and recordings small enough to know every number of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from musculus.cli import main

EVENTS = """recording,t,kind,x,y,button,person
a,0,move,0,0,-1,anna
a,10,move,3,4,-1,anna
a,20,down,6,8,0,anna
a,30,up,6,8,0,anna
b,0,move,0,0,-1,ben
b,10,move,10,0,-1,ben
b,1000,move,10,10,-1,ben
b,1010,move,20,10,-1,ben
b,1005,move,30,10,-1,ben
"""


class Done(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


@pytest.fixture
def musculus(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run a command, here."""

    def run(*argv: str | Path) -> Done:
        try:
            code = main([str(a) for a in argv])
        except SystemExit as e:  # argparse
            code = int(str(e.code))
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """Two recordings of two people; b rests for a second, and its clock runs back once."""
    path = tmp_path / "events.csv"
    path.write_text(EVENTS)
    return path
