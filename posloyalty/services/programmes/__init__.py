"""Programmes at the till: installed, heard, run, tried out over past sales."""
