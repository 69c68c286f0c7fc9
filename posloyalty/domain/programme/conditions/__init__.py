"""The kinds of conditions. A new kind is a new file here."""

from posloyalty.domain.discovery import import_all

import_all(__name__, __path__)
