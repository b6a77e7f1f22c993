"""Encoders and language models that may be taken, with their prices, as a person names them."""

from dataclasses import dataclass, field
from typing import Self

from lorewise.errors import SettingsError
from lorewise.llm.budget import Prices
from lorewise.llm.endpoint import Endpoint


@dataclass(frozen=True, kw_only=True)
class EncoderOffer:
    """An encoder that may be taken, and its price."""

    name: str
    """As ``pretrained`` takes it, or ``none`` for TF-IDF alone."""

    usd_per_million_tokens: float | None = 0.0
    """0 for what runs on this machine, None where nobody knows."""

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the offer in ``NAME``, or ``endpoint:URL#MODEL@PRICE`` for one with a price.

        >>> EncoderOffer.of("endpoint:https://api.example.com/v1#small@0.02")
        EncoderOffer(name='endpoint:https://api.example.com/v1#small', usd_per_million_tokens=0.02)
        """
        kind, _, place = text.partition(":")
        if kind != "endpoint":
            return cls(name=text)
        head, _, price = text.rpartition("@")
        if head and price.replace(".", "", 1).isdecimal():  # a model's name may hold an @ too
            return cls(name=head, usd_per_million_tokens=float(price))
        url, _, model = place.partition("#")
        is_local = Endpoint.checked(url, model).is_local
        return cls(name=text, usd_per_million_tokens=0.0 if is_local else None)


@dataclass(frozen=True, kw_only=True)
class ModelOffer:
    """A language model that may be asked, and what it takes."""

    base_url: str
    model: str
    prices: Prices | None
    """None where nobody knows."""

    api_key: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, text: str, api_key: str | None = None) -> Self:
        """Return the offer in ``URL#MODEL`` or ``URL#MODEL@IN/OUT``, USD per million tokens.

        A model on this machine is free unless the text says otherwise.

        >>> offer = ModelOffer.of("https://api.example.com/v1#small@0.2/0.8")
        >>> offer.model, offer.prices.usd_per_million_answer_tokens
        ('small', 0.8)

        Raises:
            SettingsError: The text has another form.
        """
        url, _, rest = text.partition("#")
        model, prices = _model_and_prices(rest)
        if not url or not model:
            raise SettingsError(
                f"{text!r} names no model; write URL#MODEL, or URL#MODEL@IN/OUT with its prices "
                "in USD per million tokens"
            )
        if prices is None and Endpoint.checked(url, model).is_local:
            prices = Prices()
        return cls(base_url=url, model=model, prices=prices, api_key=api_key)


def _model_and_prices(text: str) -> tuple[str, Prices | None]:
    """Part a model's name from its prices; a name may hold an @ of its own."""
    model, _, tail = text.rpartition("@")
    prompt, slash, answer = tail.partition("/")
    if not model or not slash:
        return text, None
    try:
        prices = Prices(
            usd_per_million_prompt_tokens=float(prompt),
            usd_per_million_answer_tokens=float(answer),
        )
    except ValueError:
        return text, None
    return model, prices
