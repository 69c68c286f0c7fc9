"""Presenters' states as the rows that widgets take: names change, nothing is decided."""
