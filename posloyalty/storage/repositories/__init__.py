"""The repositories of `services/ports` on a connection: one class each for reading and writing.

The same class stands behind the reader's and the unit's port: a reader's connection is query_only,
so the database itself refuses what the port does not offer.
"""
