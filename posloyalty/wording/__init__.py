"""What receipts, refusals, the console and the screens say, in three languages, by code.

Shape: a code is "area.key", such as "pay.still_due". Each area is one gettext catalogue per
language, `resources/translations/<language>/<area>.po` with its compiled `.mo` beside it; the
message id is the key. Facts are named and filled in with `str.format`: `words("pay.change",
amount="87.20")`. Counted messages use gettext plurals: `words.counted("sale.items", 3)`.

The till never shows a raw code: a key that a language lacks falls back to English, and a key that
English lacks is a mistake of ours and raises `MissingWording`, which a test finds first.

`python -m posloyalty.wording compile` makes the `.mo` files; `check` says what is missing or stale.
"""

from __future__ import annotations

from posloyalty.wording.words import LANGUAGES, MissingWording, Words

__all__ = ["LANGUAGES", "MissingWording", "Words"]
