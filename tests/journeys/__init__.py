"""Whole ways through the running app, on real parts."""
