"""Categories by rules, and what an edit of them would do (domain.md, section 5)."""
