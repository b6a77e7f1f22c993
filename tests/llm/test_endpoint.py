import pytest

from lorewise.errors import SettingsError
from lorewise.llm.endpoint import Endpoint


@pytest.mark.parametrize(
    ("base_url", "model", "key", "message"),
    [
        ("127.0.0.1:8080/v1", "m", None, "no web address; give one like http://127.0.0.1:8080/v1"),
        ("ftp://host/v1", "m", None, "'ftp://host/v1' is no web address"),
        ("http://", "m", None, "no web address"),
        ("http://host:port/v1", "m", None, "is no address"),
        ("http://me:secret@host/v1", "m", None, "the model at host carries a password"),
        ("http://host/v1?key=secret", "m", None, "put the key into LOREWISE_LLM_API_KEY"),
        ("http://host/v1", " ", None, "the model's name is empty"),
        ("http://host/v1", "m", "secret\nsecret", "the key in LOREWISE_LLM_API_KEY holds"),
        ("http://host/v1", "m", "secreté", "the key in LOREWISE_LLM_API_KEY holds"),
    ],
)
def test_what_cannot_be_right_is_refused_without_showing_secrets(
    base_url: str, model: str, key: str | None, message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        Endpoint.checked(base_url, model, key)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)


def test_space_around_address_and_key_and_a_last_slash_do_no_harm() -> None:
    endpoint = Endpoint.checked(" http://host/v1/ ", "m", " key\n")
    assert endpoint.url("embeddings") == "http://host/v1/embeddings"
    assert endpoint.headers["Authorization"] == "Bearer key"


@pytest.mark.parametrize("key", [None, "", "  "])
def test_without_a_key_none_is_sent(key: str | None) -> None:
    assert "Authorization" not in Endpoint.checked("http://host/v1", "m", key).headers


def test_the_key_is_never_shown() -> None:
    endpoint = Endpoint.checked("http://host/v1", "m", "sk-123")
    assert "sk-123" not in repr(endpoint)
    assert endpoint.shown("incorrect key\n  sk-123") == "incorrect key ***"


def test_a_long_word_of_the_endpoint_is_cut_after_the_key_is_hidden() -> None:
    endpoint = Endpoint.checked("http://host/v1", "m", "sk-123")
    assert "sk" not in endpoint.shown("x" * 197 + "sk-123" + "y" * 90)
    assert len(endpoint.shown("x" * 500)) == 203


@pytest.mark.parametrize(
    ("base_url", "is_local"),
    [
        ("http://localhost:1/v1", True),
        ("http://[::1]:1/v1", True),
        ("https://api.example.com/v1", False),
        ("http://localhost.example.com/v1", False),
    ],
)
def test_this_machine_is_known(base_url: str, *, is_local: bool) -> None:
    assert Endpoint.checked(base_url, "m").is_local is is_local
