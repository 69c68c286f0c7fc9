"""The book's key: drawn once, kept by the system or in a file, wrapped by a recovery code."""
