"""Phlogiston: the history of a team's work, reconstructed day by day and reported."""
