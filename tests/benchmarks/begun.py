"""`python -m tests.benchmarks.begun MODULE ...`: that module, in a process that began as a till's.

A till begins before Qt is imported, and looks for garbage by itself from there on; why, says
`ui/collector.py`. Where a process began otherwise Python looks at everything whenever it likes,
and takes a tenth of a second for it in the middle of a scan, as in no till.
"""

from __future__ import annotations

import runpy
import sys

from ui.__main__ import begin

if __name__ == "__main__":
    begin()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
