"""`python -m posloyalty` is `posloyalty`."""

from posloyalty.cli import main

if __name__ == "__main__":
    main()
