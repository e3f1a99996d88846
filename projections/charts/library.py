"""The door to vl-convert, which draws Vega-Lite without a browser or a network; imported where it is used."""

from __future__ import annotations

from typing import Any

from ledger.errors.extras import MissingExtra
from projections.charts.style import CONFIG

VERSION = "5.21"  # of Vega-Lite: one of those that the library holds, so that a newer default changes no picture


def _library() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise MissingExtra("Charts", "vl-convert-python", "charts") from None
    return vl_convert


def vega(spec: dict[str, Any]) -> str:
    """Return what Vega-Lite draws of a specification, as SVG; it may load nothing."""
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": CONFIG, **spec}
    return str(_library().vegalite_to_svg(whole, vl_version=VERSION, allowed_base_urls=[]))


def rastered(svg: str, scale: float) -> bytes:
    """Return an SVG as PNG."""
    return bytes(_library().svg_to_png(svg, scale=scale))
