"""Kinds of things that are given. A new kind is a new file here.

They are put into the books by stage, and within one in the order of these files' names and of the
file that is played.
"""

from posloyalty.domain.discovery import import_all

import_all(__name__, __path__)
