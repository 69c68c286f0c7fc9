"""Profiles as they travel."""
