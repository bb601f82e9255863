"""Generators of pointer movement, each written from its published description: what a detector must tell from people.

>>> import numpy as np
>>> from musculus.bots import generate
>>> e = generate("minimum_jerk", 3, np.random.default_rng(0))
>>> len(e), e.kind_names().count("down"), e.context["generator"].tolist()
(1, 3, ['minimum_jerk'])
"""

from musculus.bots.session import generate
from musculus.bots.table import BOTS, bot

__all__ = ["BOTS", "bot", "generate"]
