"""How fast and how small Phlogiston is, measured line by line of performance.md's table.

No product code belongs here, and no test: nothing fails because a machine is slow.
"""
