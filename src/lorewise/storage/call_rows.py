"""Calls as rows of a table."""

import json
from typing import Any

from lorewise.storage.call_log import CallEnd, CallStart


def row_of_start(call: CallStart) -> dict[str, Any]:
    """Return the whole row of a call that is about to leave."""
    return dict(vars(call)) | {
        "subjects": json.dumps(call.subjects, ensure_ascii=False),
        "status": "in_flight",
        "n_attempts": 0,
        "prompt_tokens": 0,
        "answer_tokens": 0,
        "is_metered": True,
        "cost_usd": 0.0,
    }


def row_of_end(call: CallEnd) -> dict[str, Any]:
    """Return what changes when a call ends, and its id as ``ended``."""
    changed = dict(vars(call)) | {
        "ended": call.call_id,
        "charged_tokens": call.charged_tokens,
        "charged_usd": call.cost_usd,
    }
    del changed["call_id"], changed["unconfirmed_tokens"]
    return changed
