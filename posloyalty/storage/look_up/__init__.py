"""The look-up cache: members arranged for finding, in an encrypted file of their own.

It holds nothing that the book does not hold; it may be deleted at any moment and is built again.
"""
