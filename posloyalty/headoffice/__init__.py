"""Head office's server: takes tills in, keeps their journals, and says how far it has them.

It composes itself (`server.py`), stands beside the till's `bootstrap`, and imports no Qt; nothing
but the console's commands imports it.
"""
