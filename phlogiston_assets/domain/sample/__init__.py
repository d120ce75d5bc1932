"""A seeded, invented dump of an organisation's work, for trying Phlogiston and for measuring it.

`write_sample` writes a dump as section 1 of the specification describes it, task by task. The plan
of all tasks (who arrives when, below whom) is fixed first; then each task's life is simulated as a
story of typed events, and a ledger writes the events down in the row forms of their time. Reading
dumps, and anything that is true of real dumps only, does not belong here.
"""

from phlogiston_assets.domain.sample.dump import write_sample
from phlogiston_assets.domain.sample.size import SampleSize, SampleSummary

__all__ = ["SampleSize", "SampleSummary", "write_sample"]
