"""Texts of items and users -> a language model -> checked knowledge."""
