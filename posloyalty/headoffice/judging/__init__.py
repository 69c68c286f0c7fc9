"""Judging: each sale again by the rules that it pinned, and what came of it."""
