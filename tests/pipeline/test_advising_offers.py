"""Offers as a person writes them."""

import pytest

from lorewise.errors import SettingsError
from lorewise.llm.budget import Prices
from lorewise.pipeline.advising_offers import EncoderOffer, ModelOffer


@pytest.mark.parametrize(
    ("text", "name", "usd"),
    [
        ("static", "static", 0.0),
        ("folder:/models/a@b", "folder:/models/a@b", 0.0),
        ("endpoint:http://127.0.0.1:9/v1#m", "endpoint:http://127.0.0.1:9/v1#m", 0.0),
        ("endpoint:https://x.com/v1#m", "endpoint:https://x.com/v1#m", None),
        ("endpoint:https://x.com/v1#@cf/m@0.1", "endpoint:https://x.com/v1#@cf/m", 0.1),
        ("endpoint:https://x.com/v1#@cf/m", "endpoint:https://x.com/v1#@cf/m", None),
    ],
)
def test_an_offer_may_end_in_its_price(text: str, name: str, usd: float | None) -> None:
    assert EncoderOffer.of(text) == EncoderOffer(name=name, usd_per_million_tokens=usd)


@pytest.mark.parametrize(
    ("text", "model", "prices"),
    [
        ("https://api.example.com/v1#m", "m", None),
        ("http://127.0.0.1:1/v1#m", "m", Prices()),
        ("https://api.example.com/v1#@cf/m", "@cf/m", None),
        (
            "https://api.example.com/v1#@cf/m@1/2",
            "@cf/m",
            Prices(usd_per_million_prompt_tokens=1, usd_per_million_answer_tokens=2),
        ),
    ],
)
def test_a_name_may_hold_an_at_sign_and_a_slash(
    text: str, model: str, prices: Prices | None
) -> None:
    offer = ModelOffer.of(text, "secret")
    assert (offer.model, offer.prices) == (model, prices)
    assert "secret" not in repr(offer)


@pytest.mark.parametrize("text", ["https://api.example.com/v1", "#m", "https://x/v1#"])
def test_an_offer_without_a_model_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="names no model"):
        ModelOffer.of(text)
