"""Shifts and the drawer."""
