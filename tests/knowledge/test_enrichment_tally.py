from lorewise.knowledge.answers import Facts, Refusal
from lorewise.knowledge.enrichment_ending import Ending
from lorewise.knowledge.enrichment_request import Request
from lorewise.knowledge.enrichment_tally import Tally
from lorewise.llm.asking import Usage
from lorewise.testing.small_job import films, small_job

FILMS = films(8)
REQUEST = Request.first(small_job(FILMS), FILMS)
USAGE = Usage(n_attempts=1, prompt_tokens=300, answer_tokens=100, cost_usd=0.2)


def ending(n_done: int, n_failed: int) -> Ending:
    done = [Facts(subject=it, facets={"mood": "calm"}, confidence=None) for it in FILMS[:n_done]]
    failed = [Refusal(subject=it, reason="left out") for it in FILMS[n_done:][:n_failed]]
    return Ending(request=REQUEST, usage=USAGE, done=tuple(done), failed=tuple(failed))


def test_what_is_to_come_is_like_what_was() -> None:
    tally = Tally(n_to_ask=40)
    assert (tally.tokens_to_come, tally.usd_to_come) == (0, 0.0)
    tally.add(ending(7, 1))
    assert (tally.n_settled, tally.n_left, tally.tokens) == (8, 32, 400)
    assert (tally.tokens_to_come, tally.usd_to_come) == (1_600, 0.8)  # 32 / 8 = 4 times so far


def test_the_first_reasons_are_kept() -> None:
    tally = Tally(n_to_ask=40)
    tally.add(ending(0, 4))
    tally.add(ending(4, 4))
    assert list(tally.reasons) == ["0000", "0001", "0002", "0003", "0004"]
    assert tally.n_failed == 8
    assert tally.n_calls == 2
