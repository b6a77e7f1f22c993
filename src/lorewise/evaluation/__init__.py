"""What recommendations are worth: ranks, metrics, slices, intervals, controls and reports.

Start at ``lorewise.evaluation.evaluator``, whose docstring shows a whole run.
"""
