"""Tests of the on-screen keyboard's plain half."""
