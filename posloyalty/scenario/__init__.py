"""Scenarios: "given, when, expect" as a file that a loyalty manager writes and runs.

Shape: `load` reads a file into a `Scenario` or findings; `run` plays it on real tills, with real
books in a folder that is thrown away, and gives every `Difference` between what the file expects
and what happened. Kinds of things given, steps, payments and expectations are open sets: one small
file each, found by registries (docs/scenarios.md).

Reading and writing files needs the domain alone, so that a screen may export a scenario; only
`workshop` composes tills.
"""
