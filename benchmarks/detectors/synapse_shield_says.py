"""Run by the Python of synapse-shield's own environment: windows in as lines of JSON, what it says of each out.

A window is what its script would have sent: moves at most one in 30 ms and the last 500 of them, in a visible browser
of an ordinary screen. Of the clicks only the last, unless the first argument is `every`, which is how its script does:
its check of where the pointer was compares the first click with the last move, so whoever clicks in two places is taken
for a replay.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from synapse_shield import __version__, analyze_behavior

THROTTLE, MOST = 30, 500
BROWSER = {
    "webdriver": False,
    "screen_width": 1920,
    "screen_height": 969,
    "touch_supported": False,
    "max_touch_points": 0,
    "plugins_length": 5,
    "languages": "en-GB,en",
    "is_plugin_array_fake": False,
    "has_webdriver_own_prop": False,
    "is_webgl_hooked": False,
    "is_canvas_hooked": False,
}


def telemetry(window: dict[str, Any]) -> dict[str, Any]:
    """What its script sends of such a window."""
    moves, last = [], -1e9
    for t, x, y in window["moves"]:
        if t - last >= THROTTLE:
            moves.append({"x": x, "y": y, "t": t})
            last = t
    presses = window["presses"] if sys.argv[1:] == ["every"] else window["presses"][-1:]
    clicks = [{"x": x, "y": y, "t": t + held} for t, x, y, held in presses]
    return {"mouse_movements": moves[-MOST:], "clicks": clicks, "keystrokes": [], "scrolls": [], "browser": BROWSER}


def main() -> None:
    """A line for each line: score (higher is more human) and whether it takes the window for a bot's."""
    print(json.dumps({"version": __version__}))
    for line in sys.stdin:
        risk, called, _, _ = analyze_behavior(telemetry(json.loads(line)))
        print(json.dumps({"score": -float(risk), "bot": called == "Bot"}))


main()
