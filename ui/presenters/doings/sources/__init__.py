"""What a member can do that services look after, beside what kinds show themselves.

A kind of the programme shows its rows by `shows` (`engine/at_counter`) and needs no file here. Here
stands what reads or does more than one happening: a nickname to be kept, a code to be made, a
record to be joined. Each file registers its rows by `source`; a new one is a new file here.

A till asks on its way to the first sale which kinds these are: how rows are read and worded is not
imported for that.
"""

from posloyalty.domain.discovery import import_all
from posloyalty.domain.engine.at_counter import SHOWN
from ui.presenters.doings.doing import SOURCES

import_all(__name__, __path__)


def kinds_of_doings() -> frozenset[type]:
    """Every declaration that gives a member something to do or to use."""
    return frozenset((*SHOWN, *(kind for one in SOURCES.values() for kind in one.kinds)))
