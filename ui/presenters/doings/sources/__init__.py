"""What a member can do that services look after, beside what kinds show themselves.

A kind of the programme shows its rows by `shows` (`engine/at_counter`) and needs no file here. Here
stands what reads or does more than one happening: a nickname to be kept, a code to be made, a
record to be joined. Each file registers its rows by `source`; a new one is a new file here.
"""

from posloyalty.domain.discovery import import_all

import_all(__name__, __path__)
