"""The composition root: picks the adapters and hands back a ready till.

`create_till` makes a book from the wizard's answers and opens it, `open_till` opens one,
`open_with_code` opens one whose key is lost. Each takes the clock, ids and chance from outside
(`system.py` in the programs, set ones in tests); `keyring` None is a computer without a keystore.
A `BookError` or `ServiceRefusal` leaves nothing open and nothing half done.

`base` is what everything stands on; a file each for `staff`, `selling`, `papers`, `goods_back`,
`membership` and `whole_book`, imported when the till is first asked for one of their services
(`areas`).
"""

from posloyalty.bootstrap.opening import create_till, open_till, open_with_code
from posloyalty.front_door import MakeHasher, system_keyring

__all__ = ["MakeHasher", "create_till", "open_till", "open_with_code", "system_keyring"]
