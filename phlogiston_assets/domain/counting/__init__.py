"""What is counted of categorised periods: sums, velocity, lists (domain.md, sections 5 to 7)."""
