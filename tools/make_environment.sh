#!/bin/sh
# Find a Python that is new enough and let it make the environment: `make` calls this every time.
set -eu
here=$(dirname "$0")
wanted="3.11"

for name in ${PYTHON:-python3 python3.11 python3.12 python3.13}; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$name" "$here/make_environment.py" "$@"
    fi
done

echo "POS Loyalty needs Python $wanted or newer, and none was found." >&2
if command -v python3 >/dev/null 2>&1; then
    echo "python3 here is: $(python3 --version 2>&1)" >&2
fi
echo "Install one, or name it: make PYTHON=/path/to/python3.12 run" >&2
exit 1
