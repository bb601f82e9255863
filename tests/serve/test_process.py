"""The server as a process: killed, stopped, started twice, on a full disk."""

from __future__ import annotations

import asyncio
import json
import os
import re
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.serve.conftest import SOURCE, Server, frame

from musculus.errors import StoreError
from musculus.serve.worker import Worker
from musculus.store import open_store

TORTURE = SOURCE.parent / "benchmarks" / "torture.py"


def stored(server: Server, recording: str) -> list[int]:
    store = open_store(server.store, readonly=True)
    found = [row.sequence for row in store.batches("demo", recording)]
    store.check()
    store.close()
    return found


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    own = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=own, check=False)


def mount(disk: Path, size: str) -> None:
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")


@pytest.mark.slow
def test_twenty_five_kills_under_load_lose_and_duplicate_nothing_acknowledged() -> None:
    done = python(str(TORTURE), "25")
    said = done.stdout + done.stderr
    assert re.search(r"\nkills 25, acknowledged \d{2,}, lost 0, duplicated 0\n$", done.stdout), said
    assert done.returncode == 0


def test_a_second_server_on_the_same_store_is_refused_and_the_first_goes_on(launch: Callable[..., Server]) -> None:
    first = launch()
    with pytest.raises(RuntimeError, match="is in use by another musculus server"):
        launch()
    assert first.post(frame("c1" * 16)) == (202, {"acked": 0})


def test_after_a_kill_the_next_server_takes_the_store_over(launch: Callable[..., Server]) -> None:
    first = launch()
    first.post(frame("c2" * 16))
    first.stop(signal.SIGKILL)
    second = launch()
    assert second.post(frame("c2" * 16, 1)) == (202, {"acked": 1})
    second.stop()
    assert stored(second, "c2" * 16) == [0, 1]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_under_load_answers_what_it_took_and_keeps_what_it_answered(
    launch: Callable[..., Server], how: signal.Signals
) -> None:
    server = launch()
    acknowledged: list[int] = []
    enough = threading.Event()

    def send(number: int) -> None:
        connection = server.connect()
        try:
            for k in range(100_000):
                connection.request("POST", "/v1/ingest", frame("c3" * 16, number * 100_000 + k))
                answer = connection.getresponse()
                assert answer.status == 202
                answer.read()
                acknowledged.append(number * 100_000 + k)
                if len(acknowledged) > 200:
                    enough.set()
        except OSError:
            pass  # the server said goodbye between two requests
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    assert enough.wait(30)
    said = server.stop(how)
    for thread in threads:
        thread.join()
    assert "Traceback" not in said
    assert set(acknowledged) <= set(stored(server, "c3" * 16))


def test_a_client_that_never_finishes_can_not_keep_the_server_from_stopping(launch: Callable[..., Server]) -> None:
    server = launch()
    line = server.connect()
    line.putrequest("POST", "/v1/ingest")
    line.putheader("content-length", "1000")
    line.endheaders(b"half a fra")
    assert server.post(frame("c4" * 16))[0] == 202
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(timeout=5)
    line.close()


def test_neither_readers_of_a_stream_nor_a_webhook_that_hangs_keep_the_server_from_stopping(
    launch: Callable[..., Server],
) -> None:
    server = launch()
    assert server.process.stdout
    admin = {"Authorization": f"Bearer {server.process.stdout.readline().split()[2]}"}
    with socket.create_server(("127.0.0.1", 0)) as hole, socket.socket() as reader:
        hook = {"url": f"http://127.0.0.1:{hole.getsockname()[1]}/", "verdicts": ["bot", "human", "unsure"]}
        assert server.ask("POST", "/v1/webhooks", json.dumps(hook).encode(), admin)[0] == 201
        reader.connect(("127.0.0.1", server.port))
        reader.sendall(b"GET /v1/verdicts/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert reader.recv(4096).startswith(b"HTTP/1.1 200")
        assert server.post(frame("cc" * 16, n=200))[0] == 202
        hole.accept()[0].close()  # it hangs up: the delivery waits for its next try
        waiting, _ = hole.accept()  # which is never answered
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=5)
        waiting.close()
    assert server.process.stderr
    assert "Traceback" not in server.process.stderr.read()
    assert stored(server, "cc" * 16) == [0]


def test_the_ingest_process_imports_no_training_library() -> None:
    heavy = ["sklearn", "pandas", "polars", "numba", "scipy", "onnxruntime", "xgboost", "lightgbm", "matplotlib"]
    program = f"import sys, musculus.serve.run; print([name for name in {heavy} if name in sys.modules])"
    assert python("-c", program).stdout == "[]\n"


def test_a_server_asked_for_everything_stays_small(launch: Callable[..., Server]) -> None:
    server = launch()
    recording = "cd" * 16
    server.post(frame(recording, n=400))
    one = f"/v1/recordings/{recording}"
    for path in (f"{one}/verdict", f"{one}/drawing", one, "/v1/recordings", "/demo", "/openapi.json", "/metrics"):
        assert server.ask("GET", path)[0] == 200
    mapped = set(re.findall(r"site-packages/(\w+)/", Path(f"/proc/{server.process.pid}/maps").read_text()))
    assert mapped <= {"httptools", "markupsafe", "msgspec", "numpy", "uvloop"}  # compiled libraries, all of them
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    assert int(re.search(r"VmHWM:\s+(\d+)", status)[1]) < 100_000  # type: ignore[index]  # kB


def test_the_worker_imports_no_training_library_either(launch: Callable[..., Server]) -> None:
    server = launch()
    server.post(frame("c5" * 16))
    assert server.ask("GET", f"/v1/recordings/{'c5' * 16}/verdict")[0] == 200
    mapped = Path(f"/proc/{child_of(server)}/maps").read_text()
    assert "numpy" in mapped
    assert not re.search(r"/(sklearn|pandas)/", mapped)


def child_of(server: Server) -> int:
    pid = server.process.pid
    [child] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def test_the_worker_ends_with_a_killed_server(launch: Callable[..., Server]) -> None:
    server = launch()
    server.post(frame("c9" * 16))
    server.ask("GET", f"/v1/recordings/{'c9' * 16}/verdict")
    watched = os.pidfd_open(child_of(server))
    server.stop(signal.SIGKILL)
    assert select.select([watched], [], [], 20)[0], "the worker still runs"
    os.close(watched)


def test_a_killed_worker_is_replaced(launch: Callable[..., Server]) -> None:
    server = launch()
    server.post(frame("ca" * 16))
    where = f"/v1/recordings/{'ca' * 16}/drawing"
    before = server.ask("GET", where)[1]
    os.kill(child_of(server), signal.SIGKILL)
    _until(lambda: server.ask("GET", where)[:2] == (200, before))


def test_a_full_queue_is_503_with_retry_after_and_nothing_in_it_is_lost(launch: Callable[..., Server]) -> None:
    server = launch(queue=4)
    assert server.post(frame("cb" * 16, 99))[0] == 202
    answers: list[tuple[int, str | None]] = []
    refused = threading.Event()

    def send(sequence: int) -> None:
        status, document, headers = server.ask("POST", "/v1/ingest", frame("cb" * 16, sequence))
        answers.append((status, headers.get("retry-after")))
        if status == 503:
            assert document["error"] == "busy"
            refused.set()

    blocker = sqlite3.connect(server.store.removeprefix("sqlite:///"), isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")  # the disk, so to say, takes its time
    threads = [threading.Thread(target=send, args=(k,)) for k in range(5)]
    for thread in threads:
        thread.start()
    assert refused.wait(4)
    blocker.close()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in answers) == [202] * 4 + [503]
    assert next(wait for status, wait in answers if status == 503) == "2"
    server.stop()
    assert len(stored(server, "cb" * 16)) == 5


def test_nearly_no_room_on_the_disk_is_507_and_ends_when_there_is_room_again(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    mount(disk, "8m")
    try:
        server = Server(f"sqlite:///{disk}/store.db", reserve=1 << 20)
        (disk / "ballast").write_bytes(bytes(shutil.disk_usage(disk).free - (1 << 20) + 4096))
        status, document, headers = server.ask("POST", "/v1/ingest", frame("c6" * 16))
        assert (status, document["error"]) == (507, "disk_full")
        assert int(headers["retry-after"]) > 0
        (disk / "ballast").unlink()
        _until(lambda: server.post(frame("c6" * 16)) == (202, {"acked": 0}))
        server.stop()
        assert stored(server, "c6" * 16) == [0]
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    mount(disk, "4m")
    try:
        server = Server(f"sqlite:///{disk}/store.db", reserve=0)  # nothing warns: SQLite runs into the wall
        acknowledged, refused = [], []
        for k in range(100):
            status, _ = server.post(frame("c7" * 16, k, n=4000))
            (acknowledged if status == 202 else refused).append((k, status))
        assert len(acknowledged) > 10
        assert {status for _, status in refused} == {507}
        server.stop(signal.SIGKILL)
        assert stored(server, "c7" * 16) == [k for k, _ in acknowledged]
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_every_acknowledgement_follows_a_sync_of_the_disk(launch: Callable[..., Server], tmp_path: Path) -> None:
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    server = launch()
    trace = tmp_path / "trace"
    calls = "trace=fdatasync,fsync,write,writev,sendto,sendmsg"
    command = ["strace", "-f", "-p", str(server.process.pid), "-e", calls, "-o", str(trace)]
    watcher = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert watcher.stderr
    if "attached" not in watcher.stderr.readline():
        pytest.skip("strace may not attach here")
    for k in range(20):
        assert server.post(frame("c8" * 16, k))[0] == 202
    watcher.send_signal(signal.SIGINT)
    watcher.communicate()
    synced, answers = False, 0
    for line in trace.read_text().splitlines():
        if re.search(r"f(data)?sync\(.*= 0|f(data)?sync resumed.*= 0", line):
            synced = True
        elif "HTTP/1.1 202" in line:
            assert synced, "an acknowledgement left before the disk had the batch"
            synced, answers = False, answers + 1
    assert answers == 20


def _until(holds: Callable[[], bool]) -> None:
    """Ask again until it holds; every question is a request, which takes its time."""
    for _ in range(20_000):
        if holds():
            return
    raise AssertionError("it never came to hold")


def test_a_worker_with_nobody_left_to_answer_ends_without_a_word(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'm.db'}"
    open_store(url).close()
    command = [sys.executable, "-m", "musculus.serve.worker"]
    reading, writing = os.pipe()
    os.close(reading)
    question = b'{"what":"verdict","recording":"none"}\n'
    sent = url.encode() + b"\n" + question
    told = subprocess.run(command, input=sent, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (told.returncode, told.stderr) == (0, b"")


def test_a_question_after_the_child_has_died_is_answered_by_a_new_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'm.db'}"
    open_store(url).close()

    async def asked() -> list[str]:
        worker, said = Worker(url), []
        for _ in range(3):
            child = await worker.start()
            lost = asyncio.ensure_future(_error(worker))
            await asyncio.sleep(0)
            child.kill()
            await child.wait()
            said += [await _error(worker), await lost]
        await worker.stop()
        return said

    async def _error(worker: Worker) -> str:
        with pytest.raises(StoreError) as error:
            await worker.ask("verdict", "demo", "none")
        return str(error.value)

    answers = asyncio.run(asyncio.wait_for(asked(), 60))
    assert answers[::2] == ["there is no recording none"] * 3  # the new child's own answer
    assert set(answers[1::2]) <= {"there is no recording none", "the process that computes verdicts ended; ask again"}
