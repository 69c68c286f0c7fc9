"""The warnings. A new one is a function in a file here."""

from posloyalty.domain.discovery import import_all
from posloyalty.insight.draft.warnings.warning import warnings_of

__all__ = ["warnings_of"]

import_all(__name__, __path__)
