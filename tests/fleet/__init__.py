"""Tills as processes, head office's workers on PostgreSQL, somebody who breaks them, a checker.

`shop` makes the tills' books, `selling` is the process that sells, `fleet` starts and breaks
everything, `checking` holds what cashiers were told against what head office has. The checker
shares nothing with the product but the form of its tables.
"""
