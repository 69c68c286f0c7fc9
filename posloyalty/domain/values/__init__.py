"""The small exact values that everything else is written in: money, ratios, days, ids.

Integers only: money in minor units (`*_minor`), quantities in thousandths (`*_milli`), rates as
exact ratios. Nothing here reads a clock, a file or a random source.
"""
