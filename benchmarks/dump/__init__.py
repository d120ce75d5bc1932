"""Dumps for measuring: big, seeded, written fast, for scopes that are known beforehand.

| module | holds |
| --- | --- |
| size | how much is written |
| scope_files | the forty scopes of a benchmark |
| organisation | projects, boards and streams of work, made to fit the scopes' rules |
| lives | what happens to each task, drawn in bulk |
| phids | identifiers, the same for the same number |
| forms | the texts of rows, as they were written in three eras |
| rows | one task's rows |
| writing | the whole dump |

It differs from `phlogiston_assets.domain.sample`, which tells believable stories of a few teams:
here only proportions are believable, and any scope's rules find tasks.
"""

from benchmarks.dump.scope_files import write_scopes
from benchmarks.dump.size import DumpSize
from benchmarks.dump.writing import Written, write_dump

__all__ = ["DumpSize", "Written", "write_dump", "write_scopes"]
