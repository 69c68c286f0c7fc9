"""Typing by touch: the layers of the on-screen keyboard, and composing Chinese from readings."""
