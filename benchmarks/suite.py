"""All lines of performance.md's table, in the order in which they are measured on a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.dump import DumpSize
from benchmarks.dump.scope_files import COUNT
from benchmarks.ground import Ground
from benchmarks.making import make_ground
from benchmarks.measuring import Figures, MeasurementError, measure
from benchmarks.partitions import A_DAY
from benchmarks.sizes import SIZE as BYTES
from benchmarks.sums import PERIODS_AND_SUMS

CPU, WALL, PEAK, SIZE, EACH = "CPU s", "wall s", "peak MB", "MB", "CPU ms"
PLAIN_TASKS: Final = 8_000
"""The plain ways are measured on so many tasks at most: they would take hours on all."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: what is measured, in which unit, and its aim at full size.

    `grows` tells whether the figure grows with the dump, so that it is extrapolated; `part` names
    the part of what is measured that the line is about, if it is not all of it.
    """

    name: str
    measurement: str
    unit: str
    aim: float | None
    grows: bool = False
    part: str = ""


LOAD: Final = "load.whole_dump"
OVER_ANOTHER: Final = "load.over_another"
DAILY: Final = "commands.daily_run"
LINES: Final = (
    Line("load", LOAD, CPU, 35, grows=True),
    Line("load, peak memory", LOAD, PEAK, 300),
    Line("database after a load", "sizes.after_first_load", SIZE, None, grows=True),
    Line("all scopes anew", "scopes.all_scopes", CPU, 30, grows=True),
    Line("one scope anew", "scopes.one_scope", CPU, 1, part=PERIODS_AND_SUMS),
    Line("one scope anew, all figures", "scopes.one_scope", CPU, 1),
    Line("its record of forecasts anew", "scopes.record_anew", CPU, None),
    Line("one new day", "scopes.one_new_day", CPU, 0.3, part=PERIODS_AND_SUMS),
    Line("one new day, all figures", "scopes.one_new_day", CPU, 0.3),
    Line("its record, a day more", "scopes.record_new_day", CPU, None),
    Line("report of 12 categories", "reports.one_report", CPU, 10),
    Line("rules edited: figures", "scopes.edited_rules", CPU, 1),
    Line("rules edited: its record", "scopes.edited_record", CPU, None),
    Line("1,500 days by Dagster", "partitions.range_of_days", CPU, None),
    Line("of it Dagster, a day", "partitions.range_of_days", EACH, None),
    Line("python doing nothing", "commands.bare_python", CPU, None),
    Line("phlogiston --help", "commands.only_help", CPU, None),
    Line("phlogiston check", "commands.check", CPU, None),
    Line("import dagster", "commands.dagster_alone", CPU, None),
    Line("import the definitions", "commands.definitions", CPU, None),
    Line("one day, command line", "commands.one_day", CPU, None),
    Line("interface, start to graph", "interface.graph", WALL, None),
    Line("first run of all scopes", "commands.first_run", WALL, None),
    Line("load over another day's", OVER_ANOTHER, CPU, 35, grows=True),
    Line("load over it, peak memory", OVER_ANOTHER, PEAK, 300),
    Line("daily run", DAILY, WALL, 300, grows=True),
    Line("database after all this", "sizes.after_all", SIZE, 1_500, grows=True),
)


@dataclass(frozen=True, slots=True)
class Result:
    """A measured line on a database; `value` is in the line's unit, as is `full`.

    `full` is what is expected at full size: measured there, or extrapolated in proportion to the
    count of tasks where the line grows with it. Of the daily run only the load is taken to grow.
    """

    line: Line
    database: str
    value: float
    full: float
    figures: Figures

    @property
    def met(self) -> bool | None:
        """Whether the aim is met at full size; None where there is none."""
        return None if self.line.aim is None else self.full <= self.line.aim

    def as_json(self) -> dict[str, Any]:
        """The result as plain values."""
        return {
            **asdict(self.line),
            "database": self.database,
            "value": self.value,
            "full_size": self.full,
            "met": self.met,
            "figures": asdict(self.figures),
        }


def measure_all(
    ground: Ground,
    fraction: float,
    database: str,
    told: Callable[[str], None],
    lines: Sequence[Line],
) -> Iterator[Result]:
    """Measure every line on a database, each in a process of its own; `told` is told the outcome.

    The order matters: later lines work on what earlier ones left. A line that cannot be measured
    has no result, and `told` is told why; what was measured before is not lost.
    """
    known: dict[str, Figures] = {}
    for line in lines:
        try:
            if line.measurement not in known:
                known[line.measurement] = measure(line.measurement, ground)
        except MeasurementError as error:
            told(f"error: {database}: {line.name}: {error}")
            continue
        fixed = 0.0
        if line.measurement == DAILY and OVER_ANOTHER in known:
            fixed = max(0.0, known[DAILY].wall - known[OVER_ANOTHER].wall)
        result = result_of(line, database, known[line.measurement], fraction, fixed)
        told(f"{database}: {line.name}: {result.value:,.2f} {line.unit}")
        yield result


def result_of(
    line: Line, database: str, figures: Figures, fraction: float, fixed: float = 0.0
) -> Result:
    """The result of a line measured at a fraction of the full size; `fixed` of it does not grow."""
    value = {
        CPU: figures.parts[line.part] if line.part else figures.cpu,
        WALL: figures.wall,
        PEAK: (figures.peak or 0) / 1e6,
        SIZE: figures.parts.get(BYTES, 0.0) / 1e6,
        EACH: figures.parts.get(A_DAY, 0.0) * 1000,
    }[line.unit]
    full = fixed + (value - fixed) / fraction if line.grows else value
    return Result(line, database, value, full, figures)


def beside_plain(folder: Path, size: DumpSize) -> dict[str, Figures]:
    """Load and reconstruction beside the plain ways, each pair in a process, on a small dump."""
    tasks = min(size.tasks, PLAIN_TASKS)
    folder.mkdir(parents=True, exist_ok=True)
    ground = make_ground(folder, replace(size, tasks=tasks), scopes=COUNT)
    return {
        "load": measure("load.beside_plain", ground),
        "one scope": measure("scopes.beside_plain", ground),
    }
