"""What a dataset holds, what is odd about it, and what it can support."""

from lorewise.data.inspection.finding import Finding, Support, worst_first
from lorewise.data.inspection.report import Inspection, inspect

__all__ = ["Finding", "Inspection", "Support", "inspect", "worst_first"]
