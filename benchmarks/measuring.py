"""Running one measurement in a process of its own: `python -m benchmarks.measuring NAME GROUND`.

The process prints one line of JSON. Imports and the opening of the database are not counted, unless
the line is about them.
"""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from benchmarks.ground import Ground

ROOT: Final = Path(__file__).resolve().parent.parent
Measurement = Callable[[Ground], "Figures"]


class MeasurementError(Exception):
    """What was to be measured failed; the message says what it wrote."""


@dataclass(slots=True)
class Figures:
    """What was measured: CPU and wall seconds, peak memory of the process in bytes.

    A peak of None is that of the measuring process, filled in at its end; 0 is none that is known.
    `counts` say of how much; `plain_cpu` are the seconds of the plain way for the same work, and
    `parts` further seconds or bytes by name.
    """

    cpu: float = 0.0
    wall: float = 0.0
    peak: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    plain_cpu: float | None = None
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times as long the plain way takes."""
        return self.plain_cpu / self.cpu if self.plain_cpu and self.cpu else None


@contextmanager
def metered(figures: Figures) -> Iterator[None]:
    """Add the seconds of a piece of work to the figures."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    figures.cpu += time.process_time() - cpu
    figures.wall += time.perf_counter() - wall


def seconds(work: Callable[[], object]) -> float:
    """The CPU seconds of a piece of work."""
    figures = Figures()
    with metered(figures):
        work()
    return figures.cpu


def measure(name: str, ground: Ground) -> Figures:
    """Run the measurement `<module>.<function>` of this package in a process of its own.

    Raises:
        MeasurementError: it failed; the message is the end of what it wrote.
    """
    command = [sys.executable, "-m", "benchmarks.measuring", name, ground.text()]
    environment = {**ground.environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603 - this module itself
        command, capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        raise MeasurementError(f"{name} could not be measured: {done.stderr.strip()[-2000:]}")
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


def command(ground: Ground, arguments: Sequence[str]) -> Figures:
    """Run a command to its end and measure its whole process, imports included.

    Raises:
        MeasurementError: it failed.
    """
    environment: Mapping[str, str] = {**ground.environment, "PYTHONPATH": str(ROOT)}
    log = Path(ground.folder) / "command.log"
    start = time.perf_counter()
    with log.open("w") as out:
        process = subprocess.Popen(  # noqa: S603 - this program's own commands
            arguments, stdout=out, stderr=out, env=dict(environment)
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode:
        raise MeasurementError(f"{' '.join(arguments[-6:])} failed: {log.read_text()[-2000:]}")
    peak = usage.ru_maxrss * 1024
    told = peak > (peak_memory() or 0)  # a child's peak is never told as less than its parent's
    return Figures(usage.ru_utime + usage.ru_stime, wall, peak if told else 0)


def peak_memory() -> int | None:
    """The greatest resident size of this process so far, in bytes; None where none is told."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return None
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else None


def main(name: str, ground: str) -> None:
    """Measure and print."""
    module, function = name.rsplit(".", 1)
    work: Any = getattr(import_module(f"benchmarks.{module}"), function)
    gc.collect()
    figures: Figures = work(Ground.of_text(ground))
    figures.peak = peak_memory() if figures.peak is None else figures.peak
    sys.stdout.write(f"{json.dumps(asdict(figures))}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
