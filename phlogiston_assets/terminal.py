"""What the command line shows while runs last: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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

    def failed(self, what: str, sentence: str) -> None:
        """Print a line of failure."""
        self.errors.print(f"error: {what}: {sentence}")

    def track(self, what: str, total: int | None, _log: Callable[[str], None]) -> Step:
        """Show a bar for a piece of work in place of lines in the run's log."""
        bar = self.bars.add_task(what, total=total, said="")

        def step(done: int, said: str) -> None:
            self.bars.update(bar, completed=done, said=said)

        return step

    def each_scope(self, prefixes: Sequence[str]) -> Iterator[str]:
        """Go through the scopes, showing how many are done."""
        bar = self.bars.add_task("Scopes", total=len(prefixes), said="")
        for number, prefix in enumerate(prefixes):
            self.bars.update(bar, completed=number, said=f"{prefix} ({number + 1}/{len(prefixes)})")
            yield prefix
        self.bars.update(bar, completed=len(prefixes), said="")
