"""What the declared kinds do, and what they show at the counter.

A new kind's work is a new file here.
"""

from posloyalty.domain.discovery import import_all

import_all(__name__, __path__)
