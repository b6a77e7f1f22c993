"""What Alembic runs first: it is handed a connection and knows the tables."""

from alembic import context

from lorewise.storage.schema import METADATA


def run() -> None:
    """Take the steps within the transaction of the given connection."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "env_py":  # the name that Alembic gives it; importing it does nothing
    run()
