"""What the command line shows while runs last: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from resources.progress import Step


class Terminal:
    """Shows progress and results; used as a context manager."""

    def __init__(self) -> None:
        self.console = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
        self.errors = Console(
            stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False
        )
        self.bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[said]}"),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )

    def __enter__(self) -> Self:
        self.bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bars.stop()

    def say(self, sentence: str) -> None:
        """Print a line of result."""
        self.console.print(sentence)

    def warned(self, what: str, sentence: str) -> None:
        """Print a line of warning: what was done, but may be wrong."""
        self.errors.print(f"warning: {what}: {sentence}")

    def failed(self, what: str, sentence: str) -> None:
        """Print a line of failure."""
        self.errors.print(f"error: {what}: {sentence}")

    def track(self, what: str, total: int | None, _log: Callable[[str], None]) -> Step:
        """Show a bar for a piece of work in place of lines in the run's log."""
        bar = self.bars.add_task(what, total=total, said="")

        def step(done: int, said: str) -> None:
            self.bars.update(bar, completed=done, said=said)

        return step

    def of_many(self, what: str, total: int) -> ManyShown:
        """Show a bar for so many pieces of work, with those that are under way."""
        return ManyShown(total, self.track(what, total, self.say))


class ManyShown:
    """Shows how many pieces of work are done, and which are under way."""

    def __init__(self, total: int, step: Step) -> None:
        self.total = total
        self.step = step
        self.finished = 0
        self.under_way: list[str] = []

    def begun(self, name: str) -> None:
        """A piece is begun."""
        self.under_way.append(name)
        self._show()

    def done(self, name: str) -> None:
        """A piece is done, or has failed."""
        self.under_way.remove(name)
        self.finished += 1
        self._show()

    def _show(self) -> None:
        self.step(self.finished, f"{' '.join(self.under_way)} ({self.finished}/{self.total})")
