"""Passphrases of key files: from a file, or asked for at a terminal; never typed where others see them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ledger.errors import InputError

passphrase_option = click.option(
    "--passphrase-file", metavar="FILE", help="The passphrase of the key: the first line of a file. Default: asked for."
)
no_passphrase_option = click.option(
    "--no-passphrase", is_flag=True, help="Leave the key open: whoever reads the file can sign."
)
key_option = click.option("--key", "key_file", required=True, metavar="FILE", help="The key file that signs.")


def new_passphrase(file: str | None, *, none: bool) -> str | None:
    """Return the passphrase for a key that is to be made, typed twice at a terminal; None where none is wanted."""
    if none:
        if file is not None:
            raise click.UsageError("Give --passphrase-file or --no-passphrase, not both.")
        return None
    if file is not None:
        return _read(file)
    if not sys.stdin.isatty():
        raise click.UsageError(
            "A key is sealed with a passphrase: give --passphrase-file FILE, or --no-passphrase to leave it open."
        )
    typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def passphrase_of(name: str, file: str | None, *, sealed: bool) -> str | None:
    """Return the passphrase of a key file that stands; None where it needs none."""
    if not sealed:
        return None
    if file is not None:
        return _read(file)
    if not sys.stdin.isatty():
        raise InputError(
            f'The key "{name}" is sealed. Give --passphrase-file FILE, whose first line is its passphrase.'
        )
    typed: str = click.prompt(f"Passphrase of {Path(name).name}", hide_input=True, err=True)
    return typed


def _read(file: str) -> str:
    from ledger.proving.keys import read_passphrase

    return read_passphrase(file)
