"""Changes of the keys by which a ledger signs its checkpoints: published and retired by decision."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from ledger.errors import ProofError
from ledger.events.change import Attributes, Change
from ledger.events.types import Moment, origin_of
from ledger.integrity.vkeys import ED25519, ML_DSA_44, TYPE_NAMES, VKEY_CHARS_MAX, VerifierKey

_SIGNING = (ED25519, ML_DSA_44)
_NAMED = re.compile(r"[^+]+\+[0-9a-f]{8}", re.ASCII)  # a key by its name and id


def _verifier_key(text: str) -> str:
    try:
        key = VerifierKey.parse(text)
    except ProofError as error:
        raise ValueError(str(error)) from None
    if key.type not in _SIGNING:
        raise ValueError(f"a key of type {TYPE_NAMES[key.type]} signs no checkpoint of a ledger of its own")
    return _of_origin(text)


def _key_name(text: str) -> str:
    if text.count("+") > 1:
        return _verifier_key(text)
    if not _NAMED.fullmatch(text):
        raise ValueError("write the verifier key, or its name and id with + between: example.gov/ledger+33d7b496")
    return _of_origin(text)


def _of_origin(text: str) -> str:
    """Return a key whose name may be the origin of a ledger; raises `ValueError` for any other."""
    name = text.partition("+")[0]
    if origin_of(name) != name:
        raise ValueError("its name is not in NFC, as the origin of every ledger is")
    return text


VerifierKeyText = Annotated[str, StringConstraints(max_length=VKEY_CHARS_MAX), AfterValidator(_verifier_key)]
KeyNameText = Annotated[str, StringConstraints(max_length=VKEY_CHARS_MAX), AfterValidator(_key_name)]


class KeyChange(Change):
    """A change of a key of the ledger, which is known by its name and id."""

    KIND, ARGUMENT, IDENTITY = "government", "key", ("key",)
    key: str

    @property
    def key_name(self) -> str:
        """The name of the key: the origin of a ledger."""
        return self.key.split("+")[0]

    @property
    def key_id(self) -> str:
        """The id of the key: 8 hexadecimal digits."""
        return self.key.split("+")[1]

    @property
    def about(self) -> str:
        """The key, which is not another one of the same government."""
        return f"key {self.key_id}"


class PublishKey(KeyChange):
    """Publish a verifier key of the ledger: whoever is shown a signature of it can tell whose it is."""

    NAME, TYPE = "publish-key", "government.key-published/1"
    SENTENCE = "Key {key_id} ({key_type}) of the ledger is published."
    key: VerifierKeyText

    @property
    def key_type(self) -> str:
        """The type of the key in words."""
        return TYPE_NAMES[VerifierKey.parse(self.key).type]

    def keyed(self, stated: str) -> Attributes:
        """Return the key, by its id."""
        return {f"keys:{self.key_id}": {"type": self.key_type, "key": self.key}}


class RetireKey(KeyChange):
    """Retire a key of the ledger, given whole or as NAME+ID: what it signs later is not vouched for."""

    NAME, TYPE = "retire-key", "government.key-retired/1"
    SENTENCE = "Key {key_id} of the ledger is retired{since:vouched}."
    HELP = {"since": "Since when nothing signed with it is vouched for. Default: the day from which it is retired."}
    key: KeyNameText
    since: Moment | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the end of what the key is good for; the key stays, for what it signed before."""
        return {f"keys:{self.key_id}/retired": {"since": self.since or stated}}
