"""Kinds of things that are given. A new kind is a new file here, and its name in the lines below.

They are put into the books by stage, and within one in the order of this list and of the file.
"""

from posloyalty.scenario.givens import member, offline, operator, price_list, product, programme
