"""Where a language model is asked, and the key that must not be seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import httpx2

from lorewise.errors import SettingsError

KEY_VARIABLE = "LOREWISE_LLM_API_KEY"
"""Name of the environment variable that keys come from."""

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_MOST_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One model at one address that speaks the protocol of OpenAI."""

    base_url: str
    """Without a slash at its end; usually it ends in ``/v1``."""

    model: str
    """The model's name, as the endpoint knows it."""

    api_key: str | None = field(default=None, repr=False)
    """Sent in a header and shown nowhere; None where no key is needed."""

    @classmethod
    def checked(cls, base_url: str, model: str, api_key: str | None = None) -> Self:
        """Return the endpoint.

        Raises:
            SettingsError: The address is none, or carries a password; the key cannot be sent.
        """
        key = (api_key or "").strip()
        if not key.isascii() or not (key.isprintable()):
            raise SettingsError(
                f"the key in {KEY_VARIABLE} holds a character that cannot be sent in a header; "
                "copy it again, without quotes or line breaks"
            )
        if not model.strip():
            raise SettingsError("the model's name is empty; give the name the endpoint lists")
        return cls(base_url=_checked_url(base_url), model=model, api_key=key or None)

    @property
    def headers(self) -> Mapping[str, str]:
        """What goes with every request; nothing is compressed, so that sizes can be bounded."""
        plain = {"Accept-Encoding": "identity"}
        return plain | ({"Authorization": f"Bearer {self.api_key}"} if self.api_key else {})

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine, where no proxy stands between."""
        return httpx2.URL(self.base_url).host in _LOOPBACK

    def url(self, path: str) -> str:
        """Return the address of one of its services."""
        return f"{self.base_url}/{path}"

    def shown(self, text: str) -> str:
        """Return what the endpoint said on one short line, without the key should it echo it."""
        line = " ".join(text.split())
        hidden = line.replace(self.api_key, "***") if self.api_key else line
        return hidden if len(hidden) <= _MOST_SHOWN else hidden[:_MOST_SHOWN] + "..."


def _checked_url(base_url: str) -> str:
    try:
        url = httpx2.URL(base_url.strip())
    except httpx2.InvalidURL as error:
        raise SettingsError(
            f"{base_url!r} is no address ({error}); give one like http://127.0.0.1:8080/v1"
        ) from error
    if url.userinfo or url.query or url.fragment:
        raise SettingsError(
            f"the address of the model at {url.host} carries a password, a query or a fragment; "
            f"leave them out and put the key into {KEY_VARIABLE}"
        )
    if url.scheme not in {"http", "https"} or not url.host:
        raise SettingsError(
            f"{base_url!r} is no web address; give one like http://127.0.0.1:8080/v1"
        )
    return str(url).rstrip("/")
