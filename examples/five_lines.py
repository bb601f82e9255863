"""From recordings to a report and a model that serves, in five lines: python examples/five_lines.py [RECORDINGS]."""

from __future__ import annotations

import sys

import musculus
from musculus.tasks.purchase import simulated_visits


def main(recordings: str = "") -> None:
    """Recordings need a column `purchase`; without any, shops are simulated, and the report says so."""
    events = musculus.read_events(recordings) if recordings else simulated_visits(90, strength=1.5)
    rows = musculus.feature_table(events, per="recording", only=["velocity", "straightness"])
    report = musculus.compare("purchase", events, models=["logistic_regression", "gaussian_nb"])
    report.save("report.html")
    model = musculus.train("purchase", events, "shop.musculus", model="logistic_regression")
    print(report)
    print(f"{len(rows)} visits, {len(rows.names)} features of two measures; {model}")
    print(musculus.predict(model, events, limit=1).head(3))


if __name__ == "__main__":
    main(*sys.argv[1:2])
