"""The server: ingest, verdicts and pages; `run.serve` starts it."""
