"""The book on disk: SQLCipher through SQLAlchemy Core, its keys, locks and migrations."""
