"""The table of candidates."""

import numpy as np

from lorewise.cli.advise_text import advice_text
from lorewise.pipeline.advising import Advice
from lorewise.pipeline.advising_choice import Judged


def judged(encoder: str, ndcg: float, price_usd: float | None) -> Judged:
    return Judged(
        encoder=encoder,
        knowledge=None,
        cells=np.full((2, 2), ndcg),
        ndcg=ndcg,
        ci95=(ndcg - 0.01, ndcg + 0.01),
        texts_per_s=None if encoder == "none" else 1_234.5,
        memory_mb=80.4,
        encode_s=90.0,
        price_usd=price_usd,
        licence="MIT License",
    )


def test_the_best_stands_first_and_the_choice_is_marked() -> None:
    candidates = (judged("none", 0.2, 0.0), judged("static", 0.3, None))
    advice = Advice(
        candidates=candidates, chosen=candidates[0], reason="because", n_items=9, n_users=7
    )
    lines = advice_text(advice).splitlines()
    rows = [" ".join(line.split()) for line in lines if "MIT" in line]
    assert rows[0] == "static 0.3000 0.2900 to 0.3100 1,234 80 1.5 min unknown MIT License"
    assert rows[1] == "* none 0.2000 0.1900 to 0.2100 80 1.5 min 0.00 MIT License"
    assert "9 items and 7 users" in lines[0]
    assert lines[-1] == "because"
