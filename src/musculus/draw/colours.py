"""The colours of figures: told apart by people with any colour vision, and on paper."""

from __future__ import annotations

from typing import Final

INK: Final = "#1a1c20"
PALE: Final = "#8a909b"
ACCENT: Final = "#0072b2"
SECOND: Final = "#d55e00"
CSS_NAMES: Final = {INK: "--ink", PALE: "--pale", ACCENT: "--accent", SECOND: "--second"}  # for a page to set its own
