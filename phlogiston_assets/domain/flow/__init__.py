"""How much work comes, stands and goes, and how long it takes (forecast.md, "Flow")."""
