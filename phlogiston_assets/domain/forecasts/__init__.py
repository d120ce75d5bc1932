"""Forecasts with stated probabilities, and their record (forecast.md)."""
