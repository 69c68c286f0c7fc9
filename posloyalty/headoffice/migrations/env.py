"""Alembic's entry: run on the connection and inside the transaction that `upgrade.py` opened."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=False)
context.run_migrations()
