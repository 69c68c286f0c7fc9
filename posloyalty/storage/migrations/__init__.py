"""The book's migrations: one frozen script per release that changed the tables."""
