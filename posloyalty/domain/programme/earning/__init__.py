"""The kinds of earning. A new kind is a new file here, and its name in the line below."""

from posloyalty.domain.programme.earning import per_piece, per_sale, per_spend
