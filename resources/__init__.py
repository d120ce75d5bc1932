"""The outside world: settings, dump sources, the warehouse, locks and the published site."""
