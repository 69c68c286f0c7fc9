"""Rules about the source itself, each walked as syntax trees and each shown to bite.

A rule is a function from a `Source` to findings, one string per finding, `path:line: what`. A test
applies it to this checkout and wants none; another plants a violation in a made-up tree and wants
exactly that one.
"""
