"""The document about the routes says what is there, and the routes keep to it whatever is asked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.serve.conftest import Server
from tests.serve.test_keys import Tenants, all_routes
from tests.serve.test_people import enrol, send
from tests.tasks.people import visit

# what is asked for is there, so that the questions reach the code behind it; what is deleted is another one
CONFIG = """
[parameters]
recording = "{0}"
person = "ann"
site = "a"

[[operations]]
include-method = "DELETE"
parameters = {{ recording = "{1}", person = "nobody" }}
"""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.fixture(scope="module")
def document(server: Server) -> Any:
    status, found, _ = server.ask("GET", "/openapi.json")
    assert status == 200
    return found


def test_every_route_for_machines_is_described_with_a_sentence(document: Any) -> None:
    described = {(method.upper(), path) for path, one in document["paths"].items() for method in one}
    there = {(method, path.replace(":str}", "}")) for method, path in all_routes()}
    machines = {one for one in there if one[1].startswith("/v1/") or one[1] in ("/healthz", "/readyz", "/metrics")}
    assert described == machines | {("POST", "/v1/ingest"), ("GET", "/v1/verdicts/stream")}
    for one in document["paths"].values():
        assert all(operation["summary"] for operation in one.values())


def test_what_it_refers_to_is_there(document: Any) -> None:
    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            return [v for k, v in part.items() if k == "$ref"] + [r for v in part.values() for r in references(v)]
        return [r for v in part for r in references(v)] if isinstance(part, list) else []

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known


@pytest.mark.slow
def test_no_question_that_fits_the_document_or_almost_does_makes_the_server_fail(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    program = Path(sys.executable).parent / "schemathesis"
    found = str(program) if program.exists() else shutil.which("schemathesis")
    if not found:
        pytest.skip("no schemathesis: pip install 'musculus[dev]'")
    tenants = Tenants(launch())
    server, admin = tenants.server, tenants.admin
    visits = [send(tenants, visit(1, k)) for k in range(3)]
    assert enrol(tenants, "ann", visits[:2])[0] == 201
    (tmp_path / "config.toml").write_text(CONFIG.format(visits[2], "0" * 32))
    command = [
        *(found, "--config-file", "config.toml", "run", f"{server.origin}/openapi.json"),
        *("-H", f"Authorization: Bearer {admin}", "--checks", CHECKS),
        *("--exclude-path", "/v1/verdicts/stream", "--max-examples", "8", "--phases", "coverage,fuzzing"),
        *("--seed", "1", "--no-color"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "passed" in done.stdout
    assert tenants.ask("GET", f"/v1/recordings/{visits[2]}", tenants.secret["a"])[0] == 200  # it was there to the end


def test_the_counters_are_for_prometheus_and_for_admins(launch: Callable[..., Server]) -> None:
    server = launch(host="0.0.0.0")
    assert server.process.stdout
    admin = server.process.stdout.readline().split()[2]
    assert server.ask("GET", "/metrics")[0] == 401
    status, text, headers = server.ask("GET", "/metrics", headers={"Authorization": f"Bearer {admin}"})
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/plain")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    values = dict(line.rsplit(" ", 1) for line in lines)
    assert float(values["musculus_stored_recordings"]) == 0
    assert float(values["musculus_disk_free_bytes"]) > 0
    assert "musculus_queue" in values
