"""Order and choice: which of the scored items are shown."""
