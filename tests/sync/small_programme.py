"""What tills without a disk go by: wallets, ways to give points up, a card that fills, a pass,
mugs, and campaigns that have so many points to give, so much for gifts, and so much money off.
"""

from __future__ import annotations


def small_programme(*, mugs: int) -> str:
    """The declarations; there are so many mugs."""
    return f"""
[[wallet]]
id = "stars"

[[wallet]]
id = "beans"

[[wallet]]
id = "leaves"

[[conversion]]
id = "to-leaves"
from = "beans"
to = "leaves"
gives = 2
gets = 1

[[sharing]]
id = "to-a-friend"
wallet = "beans"

[[voucher]]
id = "coffee"
amount = "8.00"

[[pass]]
id = "coffees"
on = {{ product = "PASS5" }}
uses = 5

[[rule]]
id = "card-full"
trigger = "wallet"
wallet = "beans"
reaches = 100
takes = 100
gives = {{ voucher = "coffee" }}

[[reward]]
id = "cup"
wallet = "beans"
cost = 30
gives = {{ voucher = "coffee" }}

[[campaign]]
id = "mugs"
status = "approved"
budget = {{ count = {mugs} }}

[[campaign]]
id = "cheer"
status = "approved"
budget = {{ points = 98, wallet = "leaves" }}

[[rule]]
id = "cheers"
trigger = "activity"
what = "cheer"
gives = {{ points = 7, wallet = "leaves" }}
campaign = "cheer"

[[campaign]]
id = "presents"
status = "approved"
budget = {{ shop_cost = "19.50" }}

[[offer]]
id = "bag"
gift = {{ on = {{ product = "BAG" }}, count = 3, shop_cost = "1.30" }}
campaign = "presents"

[[campaign]]
id = "spring"
status = "approved"
budget = {{ money = "9.10" }}

[[offer]]
id = "spring-off"
scope = "line"
on = {{ product = "TEA" }}
amount = "0.70"
campaign = "spring"
"""
