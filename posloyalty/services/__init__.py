"""Verbs: what the till does, one file an act, against the ports of `ports/`."""
