"""Data on disk -> a dataset."""

from lorewise.data.sources.reading import ReadReport, read, read_with_report

__all__ = ["ReadReport", "read", "read_with_report"]
