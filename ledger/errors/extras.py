"""Extras: libraries that some answers need and that are installed only where they are wanted."""

from __future__ import annotations

from ledger.errors.root import InputError

# What pip is to be given for each extra of pyproject.toml. The libraries are named, and not the extra of this
# program, since a program that runs from a checkout or a wheel is found in no index.
EXTRAS = {
    "archive": ("duckdb>=1.2,<3",),
    "charts": ("vl-convert-python>=1.9,<2",),
    "parquet": ("duckdb>=1.2,<3",),
    "postgres": ("psycopg[binary]>=3.2,<4",),
    "proof": ("cryptography>=50,<52",),
    "report": ("typst>=0.13,<0.16", "vl-convert-python>=1.9,<2"),
    "web": ("cryptography>=50,<52", "jinja2>=3.1,<4", "starlette>=1,<2", "uvicorn>=0.40,<1"),
    "xlsx": ("openpyxl>=3.1,<4", "xlsxwriter>=3.2,<4"),
}


class MissingExtra(InputError):
    """What was asked for needs a library of an extra, and that library is not installed."""

    def __init__(self, what: str, library: str, extra: str) -> None:
        wanted = " ".join(f'"{requirement}"' for requirement in EXTRAS[extra])
        super().__init__(f"{what} need {library}, which is not installed. Install it with: pip install {wanted}")


class MissingLibrary(InputError):
    """What was asked for is made by a library that this program does not bring along, and it is not installed."""

    def __init__(self, what: str, library: str) -> None:
        super().__init__(f"{what} is made by {library}, which is not installed. Install it with: pip install {library}")
