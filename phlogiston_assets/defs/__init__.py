"""What Dagster is told: assets, partitions and checks, with bodies of a few lines.

What does not belong here: logic. What a number means stands in the domain, how it is fetched and
stored in the resources.
"""
