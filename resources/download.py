"""Fetching one file over http or https, in pieces if the connection breaks.

A file is gone on with only where the server says that it is the same one still: by an ETag that is
not weak, or by a time of its last change that lay well before the answer. Else it is begun anew, so
that two dumps are never mixed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from phlogiston_assets.domain.dumps.dump import DumpError
from resources.asking import OtherFileError, PassingError, Patience, Watch, requested

if TYPE_CHECKING:
    import httpx

_WELL_BEFORE: Final = timedelta(seconds=60)
_SPARE: Final = 2**24
"""Bytes that must stay free on the disk while a file of unknown size comes."""
_BLOCKS_BETWEEN_LOOKS: Final = 256


@dataclass(frozen=True, slots=True)
class Begun:
    """What a file that has come in part is: its `validator` for If-Range, and its whole size."""

    validator: str
    size: int


class Download:
    """One file on its way to `part`; what is there of it from before is gone on with."""

    def __init__(
        self, source: str, part: Path, report: Callable[[int], None], patience: Patience
    ) -> None:
        self.source = source
        self.part = part
        self.report = report
        self.patience = patience
        self.begun = _read_note(part)

    @property
    def came(self) -> int:
        """How many bytes are there that can be gone on with."""
        with suppress(FileNotFoundError):
            return self.part.stat().st_size if self.begun else 0
        return 0

    def go_on(self) -> None:
        """Fetch what is missing.

        Raises:
            PassingError: it may be worth trying again.
            DumpError: it is not.
        """
        try:
            self._attempt()
        except OtherFileError:
            self.forget()
            self._attempt()

    def forget(self) -> None:
        """Remove what has come."""
        self.begun = None
        for path in (self.part, note_of(self.part)):
            path.unlink(missing_ok=True)

    def _attempt(self) -> None:
        came, begun = self.came, self.begun
        headers = {}
        if came and begun:
            headers = {"Range": f"bytes={came}-", "If-Range": begun.validator}
        with (
            Watch(self.patience) as watch,
            requested(self.source, "GET", watch, headers) as response,
        ):
            if response.status_code == HTTPStatus.PARTIAL_CONTENT:
                size: int | None = _checked_size(response, came, begun)
            else:
                came, size = 0, self._begin(response)
            self._take(watch.over(response.iter_bytes()), came, size)

    def _begin(self, response: httpx.Response) -> int | None:
        """Note what begins to come; its size, if that is told."""
        told = response.headers.get("content-length")
        plain = not response.headers.get("content-encoding")
        size = int(told) if told and plain else None
        validator = _validator(response)
        self.forget()
        if size is not None and validator is not None:
            self.begun = Begun(validator, size)
            note_of(self.part).write_text(json.dumps(asdict(self.begun)), "utf-8")
        return size

    def _take(self, blocks: Iterable[bytes], came: int, size: int | None) -> None:
        check_room(self.part, (size or 0) - came)
        with self.part.open("r+b" if came else "wb") as file:
            file.seek(came)
            for number, block in enumerate(blocks):
                file.write(block)
                self.report(file.tell())
                if number % _BLOCKS_BETWEEN_LOOKS == 0:
                    check_room(self.part, _SPARE if size is None else size - file.tell())
            file.flush()
            os.fsync(file.fileno())
            if size is not None and file.tell() != size:
                raise PassingError(f"the connection ended after {file.tell():,} of {size:,} bytes")


def _checked_size(response: httpx.Response, came: int, begun: Begun | None) -> int:
    """The size of the whole file, if what comes is the rest of the same one.

    The server's word is not enough: some go on without looking at If-Range.
    """
    found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers.get("content-range", ""))
    if begun is None or found is None or int(found[1]) != came or int(found[2]) != begun.size:
        raise OtherFileError
    names = ("etag", "last-modified")
    if begun.validator not in [response.headers.get(name) for name in names]:
        raise OtherFileError
    return begun.size


def _validator(response: httpx.Response) -> str | None:
    """What tells this file from any other at the same address; None if nothing does for sure."""
    etag: str | None = response.headers.get("etag")
    if etag:
        return None if etag.startswith("W/") else etag
    changed: str | None = response.headers.get("last-modified")
    try:
        told = parsedate_to_datetime(response.headers.get("date", ""))
        settled = told - parsedate_to_datetime(changed or "") >= _WELL_BEFORE
    except (ValueError, TypeError):
        return None
    return changed if settled else None


def note_of(part: Path) -> Path:
    """The file beside a part that tells of what it is one."""
    return part.with_name(part.name + ".json")


def _read_note(part: Path) -> Begun | None:
    try:
        return Begun(**json.loads(note_of(part).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def check_room(part: Path, wanted: int) -> None:
    """See that the disk has room for so many more bytes.

    Raises:
        DumpError: it has not.
    """
    free = shutil.disk_usage(part.parent).free
    if wanted > free:
        raise DumpError(
            f"The dump needs {wanted:,} bytes more, but only {free:,} are free in {part.parent}. "
            "Make room, or move the folder of PHLOGISTON_HOME to a larger disk."
        )
