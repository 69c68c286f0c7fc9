"""The JSON Schema of programme files, made from the readers themselves.

A recording section is handed to the readers and notes what they ask for; an exploration answers
their questions in every way; what was noted becomes a schema. A kind that is added is in the schema
by being read.
"""

from posloyalty.domain.programme.schema.build import programme_schema

__all__ = ["programme_schema"]
