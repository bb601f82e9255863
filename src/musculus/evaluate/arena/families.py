"""Which generators are of one kind: the kinds that are left out together."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MEMBERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "recorded": ("replay_rotated", "replay_rot_noise1px", "cursory"),  # paths of people, played again
        "straight": (
            "playwright_step1", "playwright_steps25", "selenium_actionchains", "pyautogui_linear",
            "pyautogui_easeInOutQuad_fine",
        ),
        "motor": ("minjerk", "sigma_lognormal"),
        "becaptcha": tuple(f"becaptcha_{s}_{v}" for s in ("lin", "quad", "exp") for v in ("const", "log", "gauss")),
        "bezier": (
            "pyclick", "pyHM", "human_mouse", "humancursor_system", "oxymouse_bezier", "ghost_cursor_py",
            "ghost_cursor", "ghost_cursor_timestamps", "cursor_humanizer", "cloakbrowser_human",
        ),
        "wind": ("windmouse_py", "windmouse_browser_stealth", "windmouse_npm"),
        "mixed": (
            "pathgenerator", "oxymouse_gaussian", "humanmovemouse", "nothingtoseehere", "mousesim", "silphe",
        ),
    }
)  # fmt: skip
OURS: Final[Mapping[str, str]] = MappingProxyType(  # of musculus.bots, where its name isn't one of the above
    {
        "straight": "straight", "eased_sine": "straight", "eased_quad": "straight", "eased_cubic": "straight",
        "eased_expo": "straight", "bezier": "bezier", "windmouse": "wind", "minimum_jerk": "motor",
        "replay_exact": "recorded", "replay_noisy": "recorded", "learned": "recorded",
    }
)  # fmt: skip
FAMILY: Final[Mapping[str, str]] = MappingProxyType({g: name for name, all_ in MEMBERS.items() for g in all_})


def family(generator: str) -> str:
    """The family of a generator, of whatever version; one that nobody listed is a family of its own.

    >>> family("windmouse_py"), family("pyclick@0.0.2"), family("mine")
    ('wind', 'bezier', 'mine')
    """
    name = generator.partition("@")[0]
    return FAMILY.get(name, OURS.get(name, name))
