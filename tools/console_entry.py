"""The console program of the built folder, as the script that PyInstaller wants."""

from posloyalty.cli import main

if __name__ == "__main__":
    main()
