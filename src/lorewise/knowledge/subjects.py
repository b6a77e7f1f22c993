"""What is known about items and users before anything is asked: their texts and histories."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from lorewise.data.dataset import Dataset
from lorewise.data.event_digest import events_digest
from lorewise.knowledge.clipping import at_word_end
from lorewise.knowledge.cut import Cut
from lorewise.knowledge.histories import HistorySettings, HistoryWords
from lorewise.knowledge.prompt import MAX_TITLE_CHARACTERS
from lorewise.knowledge.told_columns import in_words, told_columns

HISTORY = "history"

_PERSONAL = (
    "name user_name username nickname full_name first_name last_name email e_mail mail phone "
    "mobile telephone address street zip zip_code postcode birthday date_of_birth ip ip_address "
    "姓名 名字 昵称 用户名 邮箱 电话 手机 手机号 地址 邮编 生日 身份证"
)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One item or user, in words."""

    kind: Literal["item", "user"]
    """An audience is asked about as the item that it is of."""

    id: str
    """The caller's id; never sent, except as the title of an item that has no other."""

    title: str
    """What the answer has to echo; a made-up name for a user."""

    fields: Mapping[str, str]
    """Name -> words; never empty texts."""

    events_digest: str | None = None
    """Of a user's events that were read, see ``events_digest``; None for items."""

    n_events: int | None = None
    """How many events of a user were read, oldest first; None for items."""

    @property
    def input_digest(self) -> str:
        """Sixteen hex digits that change with anything that is told, and with the events read."""
        content = json.dumps([self.kind, self.title, dict(self.fields), self.events_digest])
        return blake2b(content.encode(), digest_size=8).hexdigest()


def item_subjects(dataset: Dataset, *, without: Collection[str] = ()) -> Iterator[Subject]:
    """Return every item of the catalog in the order of its numbers, with its own columns alone.

    Left out are the columns in ``without``, what a language model wrote before, and what
    describes nothing: ids, links, codes, constants. An item without a title goes by its id.
    """
    table = dataset.item_table
    roles = told_columns(table, without=[*dataset.lore_columns, *without])
    words = {name: in_words(table[name], role) for name, role in roles.items()}
    titles = next((words.pop(name) for name, role in roles.items() if role.kind == "title"), None)
    for number, item_id in enumerate(dataset.items.ids):
        yield Subject(
            kind="item",
            id=item_id,
            title=at_word_end((titles[number] if titles else "") or item_id, MAX_TITLE_CHARACTERS),
            fields={name: texts[number] for name, texts in words.items() if texts[number]},
        )


def user_subjects(
    dataset: Dataset,
    *,
    cut: Cut | None = None,
    settings: HistorySettings | None = None,
    without: Collection[str] = (),
) -> Iterator[Subject]:
    """Return the users of whom anything is known before the cut, in the order of their numbers.

    Told are their own words and attributes and their history, oldest event first. Columns that
    name or locate a person, and those in ``without``, are left out.

    Raises:
        DataError: The cut is a time, and the events have none.
    """
    cut = cut or Cut()
    cut.refuse_without_times(dataset)
    return _user_subjects(dataset, cut, settings or HistorySettings(), without)


def _user_subjects(
    dataset: Dataset, cut: Cut, settings: HistorySettings, without: Collection[str]
) -> Iterator[Subject]:
    attributes = _attributes(dataset, without)
    histories = HistoryWords.of(dataset, settings)
    for number, user_id in enumerate(dataset.users.ids):
        rows = slice(*dataset.offsets[number : number + 2])
        n_events = cut.n_events(dataset.timestamps_s[rows])
        fields = {name: texts[number] for name, texts in attributes.items() if texts[number]}
        if n_events:
            fields[HISTORY] = histories.oldest(number, n_events)
        if fields:
            yield Subject(
                kind="user",
                id=user_id,
                title=_alias(user_id),
                fields=fields,
                events_digest=events_digest(dataset, number, n_events),
                n_events=n_events,
            )


def _attributes(dataset: Dataset, without: Collection[str]) -> dict[str, list[str]]:
    table, personal = dataset.user_table, _PERSONAL.split()
    left_out = [
        name
        for name in table.columns
        if name.startswith("lore.") or name.lower().replace(" ", "_") in personal or name in without
    ]
    return {
        name: in_words(table[name], role)
        for name, role in told_columns(table, without=left_out).items()
    }


def _alias(user_id: str) -> str:
    """Return a name that tells nothing of the id and stays the same."""
    return f"user {blake2b(user_id.encode(), digest_size=4).hexdigest()}"
