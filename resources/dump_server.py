"""Asking a server about a dump and for it, again and again where a failure may pass.

What does not belong here: one request (see `asking`), and how a download goes on where it broke off
(see `download`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from phlogiston_assets.domain.dumps.dump import DumpError
from resources.addresses import shown
from resources.asking import NotAnsweredError, PassingError, Patience, Watch, requested
from resources.download import Download

_LONGEST_PAUSE: Final = 600.0
"""Seconds: a server that asks to be left alone for longer is given up."""
_NO_HEAD: Final = frozenset({405, 501})
"""Answers of servers that know GET only."""


@dataclass(frozen=True, slots=True)
class DumpServer:
    """The server at an http or https address.

    `tries` is how often it is asked before it is given up, `pause` waits for so many seconds.
    """

    source: str
    tries: int
    patience: Patience
    pause: Callable[[float], None]

    def headers(self) -> Mapping[str, str]:
        """The headers of the dump; asked for ever more slowly, where a failure may pass.

        Raises:
            DumpError: it cannot be reached.
        """
        for number in range(1, self.tries + 1):
            try:
                return self._head()
            except PassingError as error:
                if self._is_vain(error, number):
                    raise self._given_up(error, number) from error
                self.pause(_pause(error, number))
        raise AssertionError

    def download(self, part: Path, report: Callable[[int], None]) -> None:
        """Fetch the dump to `part`, or the rest of what is there; `report` is told the bytes.

        It is tried again while that may help: some times, counted anew if more came, and not too
        slowly. What has come is kept for the next call, also where somebody stops this one.

        Raises:
            DumpError: it cannot be reached, or came in part only.
        """
        download = Download(self.source, part, report, self.patience)
        number, came, since = 0, download.came, time.monotonic()
        while True:
            try:
                download.go_on()
            except PassingError as error:
                least = self.patience.slowest * (time.monotonic() - since)
                number = 1 if download.came - came > least else number + 1
                came, since = download.came, time.monotonic()
                if self._is_vain(error, number):
                    if not came:
                        download.forget()
                    raise self._given_up(error, number) from error
                self.pause(_pause(error, number))
            except BaseException as error:
                if isinstance(error, Exception) or not download.came:
                    download.forget()
                raise
            else:
                return

    def _is_vain(self, error: PassingError, number: int) -> bool:
        """Whether to give up after so many tries."""
        return number >= self.tries or error.after > _LONGEST_PAUSE

    def _given_up(self, error: PassingError, number: int) -> DumpError:
        tries = "1 try" if number == 1 else f"{number} tries"
        return DumpError(
            f"{shown(self.source)} could not be fetched in {tries}: {error}. "
            "Try again later; the previous load stays in place."
        )

    def _head(self) -> Mapping[str, str]:
        """Ask for the headers, by GET where the server knows no HEAD."""
        try:
            return self._headers("HEAD")
        except NotAnsweredError as error:
            if error.status not in _NO_HEAD:
                raise
        return self._headers("GET")

    def _headers(self, method: str) -> Mapping[str, str]:
        with Watch(self.patience) as watch, requested(self.source, method, watch) as response:
            return response.headers


def _pause(error: PassingError, number: int) -> float:
    """Seconds to the next try: twice as many each time, and no fewer than the server asks for."""
    return max(2.0**number, error.after)
