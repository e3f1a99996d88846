"""The door to vl-convert, which draws Vega-Lite without a browser or a network; imported where it is used."""

from __future__ import annotations

from typing import Any

from ledger.errors.extras import MissingExtra
from projections.charts.style import CONFIG

VERSION = "5.21"  # of Vega-Lite: one of those that the library holds, so that a newer default changes no picture


def library() -> Any:
    """Return the library that draws; raises `MissingExtra` where it is not installed."""
    try:
        import vl_convert
    except ImportError:
        raise MissingExtra("Charts", "vl-convert-python", "charts") from None
    return vl_convert


def vega(spec: dict[str, Any]) -> str:
    """Return what Vega-Lite draws of a specification, as SVG; it may load nothing."""
    return str(library().vegalite_to_svg(**arguments(spec)))


def arguments(spec: dict[str, Any]) -> dict[str, Any]:
    """Return what the library is given to draw a specification, as JSON values."""
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": CONFIG, **spec}
    return {"vl_spec": whole, "vl_version": VERSION, "allowed_base_urls": []}


def rastered(svg: str, scale: float) -> bytes:
    """Return an SVG as PNG."""
    return bytes(library().svg_to_png(svg, scale=scale))
