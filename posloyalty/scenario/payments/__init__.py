"""Kinds of payments. A new kind is a new file here, and its name in the lines below."""

from posloyalty.scenario.payments import cash, exact, gift_card, wallet
