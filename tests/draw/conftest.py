"""The real browser and the small server of the collector's tests."""

from __future__ import annotations

from tests.collector.conftest import browsing, receiver, visit

__all__ = ["browsing", "receiver", "visit"]
