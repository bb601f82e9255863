"""A standalone Spark cluster on loopback: a master and workers, each a process of its own, ended with the `with` block.

The classes are those of pyspark's own jars, the Java is the machine's. The Python of the workers is this one.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[1] / "src"
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # most of what a cold Java does in its first seconds is compiling
LONGEST = 90.0  # seconds that a Java may take to come up on a machine with other things to do


def why_not() -> str:
    """What is missing for a cluster here; empty where nothing is."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed: pip install 'musculus[scale]'"
    return "" if _java() else "there is no Java on this machine: Spark needs one, 17 or later (JAVA_HOME or PATH)"


class Cluster:
    """One master and its workers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        self._started = 0
        log = folder / "master"
        self.master = self._start(log, "master.Master", "--port", "0")
        self.url = _found(log, self.master, r"Starting Spark master at (spark://\S+)")
        _found(log, self.master, r"New state: (ALIVE)")

    def add_workers(self, count: int = 1) -> None:
        """Start workers of one core each, and wait until the master has them."""
        made = []
        for _ in range(count):
            self._started += 1
            log = self.folder / f"worker-{self._started}"
            where = ["--work-dir", str(self.folder / "work"), "--port", "0"]
            worker = self._start(log, "worker.Worker", "--cores", "1", "--memory", "2g", *where, self.url)
            made.append((log, worker))
            self.workers.append(worker)
        for log, worker in made:
            _found(log, worker, r"Successfully (registered) with master")

    def kill_worker(self) -> None:
        """SIGKILL for the oldest worker and all that it started: its executor, and the Python beneath that."""
        worker = self.workers.pop(0)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def seconds(self, spark: Any) -> float:
        """Processor time of the workers, all that they started, and the driver's Java."""
        sessions = {worker.pid for worker in self.workers}
        driver = spark.sparkContext._gateway.proc.pid
        spent = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[3]) in sessions or stat.parent.name == str(driver):
                    spent += sum(map(int, fields[11:15]))  # its own and that of its children which ended
        return spent / os.sysconf("SC_CLK_TCK")

    def kept(self, spark: Any) -> int:
        """Partitions of a run whose rows lie on the workers' disks."""
        infos = spark.sparkContext._jsc.sc().getRDDStorageInfo()
        return max((i.numCachedPartitions() for i in infos if not i.storageLevel().useMemory()), default=0)

    def stop(self) -> None:
        """End every process."""
        for process in [*self.workers, self.master]:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, log: Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        spark = Path(str(find_spec("pyspark").origin)).parent  # type: ignore[union-attr]
        options = ["-Xmx512m", *QUICK.split(), *_opens(), "-cp", f"{spark}/jars/*", f"org.apache.spark.deploy.{name}"]
        command = [str(_java()), *options, "--host", "127.0.0.1", "--webui-port", "0", *arguments]
        env = dict(os.environ, SPARK_LOCAL_IP="127.0.0.1", SPARK_HOME=str(spark), SPARK_LOCAL_DIRS=str(self.folder))
        env["SPARK_SCALA_VERSION"] = "2.13"  # Spark 4 has no other; not told, a worker looks for a build's folders
        with log.open("wb") as out:
            return subprocess.Popen(command, stdout=out, stderr=out, env=env, start_new_session=True)  # noqa: S603  # no shell


@contextmanager
def cluster(workers: int = 2) -> Iterator[Cluster]:
    """A cluster of so many workers of one core each."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        made = Cluster(Path(folder))
        try:
            made.add_workers(workers)
            yield made
        finally:
            made.stop()


@contextmanager
def session(made: Cluster, **settings: str) -> Iterator[Any]:
    """A driver in this process, with an executor on each worker."""
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_DIRS"] = str(made.folder)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(made.url).appName("musculus")
    chosen = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.executor.memory": "1g",
        "spark.pyspark.python": sys.executable,
        "spark.executorEnv.PYTHONPATH": str(SOURCE),
        "spark.executorEnv.POLARS_MAX_THREADS": "1",
        "spark.sql.shuffle.partitions": "4",
        "spark.log.level": "OFF",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": QUICK,
        "spark.executor.extraJavaOptions": QUICK,
        "spark.sql.warehouse.dir": str(made.folder / "warehouse"),
        **settings,
    }
    for name, value in chosen.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        wait_for(lambda: executors(spark) >= len(made.workers), "executors on every worker")
        yield spark
    finally:
        gateway = spark.sparkContext._gateway  # stop() leaves the driver's Java running
        spark.stop()
        _end_driver(gateway)


def executors(spark: Any) -> int:
    """How many executors the driver has."""
    return int(spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size()) - 1  # one of them is the driver


def wait_for(there: Callable[[], bool], what: str) -> None:
    """Until it is there; TimeoutError if it isn't after a minute and a half."""
    ends = time.monotonic() + LONGEST
    while not there():
        if time.monotonic() > ends:
            raise TimeoutError(f"waited {LONGEST:.0f} s for {what}")
        time.sleep(0.05)


def _end_driver(gateway: Any) -> None:
    from pyspark import SparkContext

    process = gateway.proc
    gateway.shutdown()
    process.stdin.close()
    process.wait()
    SparkContext._gateway = SparkContext._jvm = None


def _found(log: Path, process: subprocess.Popen[bytes], pattern: str) -> str:
    """Wait for a line of a log; RuntimeError with the log's end where the process ends first."""

    def there() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"a Java of the cluster ended:\n{log.read_text()[-2000:]}")
        return re.search(pattern, log.read_text()) is not None

    wait_for(there, pattern)
    found = re.search(pattern, log.read_text())
    assert found
    return found[1]


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which(f"{home}/bin/java") if home else shutil.which("java")


def _opens() -> list[str]:
    """What Spark must reach into of Java since 17."""
    inside = ["java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util",
              "java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs", "sun.security.action",
              "sun.util.calendar"]  # fmt: skip
    return [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in inside]
