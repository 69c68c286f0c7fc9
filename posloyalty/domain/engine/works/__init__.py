"""What the declared kinds do.

A new kind's work is a new file here and its name in the lists below.
"""

__all__: list[str] = []
