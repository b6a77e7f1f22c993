"""The steps; each leads from one revision to the next."""
