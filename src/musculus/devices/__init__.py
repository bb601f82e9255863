"""What a mouse does to data: describe one, re-record a path as it would have, bring any to a 60 Hz page, estimate it.

>>> from musculus.devices import Mouse, record
>>> from musculus.events import Events
>>> e = Events.of(t=[0, 100, 200], x=[0, 30, 60], y=[0, 40, 80])
>>> slow = record(e, Mouse(polling_hz=20))
>>> slow.t[-1].item(), slow.x[-1].item(), slow.y[-1].item()
(200.0, 60.0, 80.0)
"""

from musculus.devices.acceleration import CURVES
from musculus.devices.estimate import Configuration, estimate
from musculus.devices.mouse import Mouse, Page
from musculus.devices.page import show
from musculus.devices.record import record
from musculus.devices.render import render60

__all__ = ["CURVES", "Configuration", "Mouse", "Page", "estimate", "record", "render60", "show"]
