"""What the numbers mean: frames and values in, frames and values out.

Nothing here knows Dagster, a database or the network.
"""
