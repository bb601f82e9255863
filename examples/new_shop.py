"""What a model of one shop is worth in another that opens today. All visits are simulated."""

from __future__ import annotations

import tempfile
from pathlib import Path

import musculus
from musculus.tasks.purchase import simulated_visits


def main() -> None:
    """Train on the old shop, start from it in the new one, and print what that gained."""
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder) / "old.musculus", Path(folder) / "new.musculus"
        musculus.train("purchase", simulated_visits(120, sites=1, seed=1), old, model="logistic_regression")
        visits = simulated_visits(100, sites=2, seed=2)
        model = musculus.train("purchase", visits, new, model="logistic_regression", start=old)
    print("SIMULATED. AUC on customers kept back:")
    for row in model.manifest.more["gain"]:
        print(f"{row['people']:>4} known: cold {row['cold']:.3f}, warm {row['warm']:.3f}, "
              f"gain {row['gain']['low']:+.3f} to {row['gain']['high']:+.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
