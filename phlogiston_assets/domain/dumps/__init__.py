"""From a dump file to what a load keeps of each task (domain.md, sections 1 and 2)."""
