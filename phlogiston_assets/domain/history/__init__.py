"""From a task's steps to its periods in a scope (domain.md, sections 3 and 4)."""
