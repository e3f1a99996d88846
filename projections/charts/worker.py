"""The process that draws for another: a specification a line comes in, as JSON, and its SVG goes out, null for none.

It is run as a file and knows nothing of the program: it imports the library that draws, and ends with its input.
"""

from __future__ import annotations

import json
import signal
import sys
from typing import IO, Any


def serve(asked: IO[str], out: IO[str], draw: Any) -> None:
    """Answer each line of `asked` on `out` with what `draw` makes of it, until there is none."""
    for line in asked:
        try:
            drawn = draw(**json.loads(line))
        except Exception:  # whoever asked draws it again and says what is wrong
            drawn = None
        out.write(f"{json.dumps(drawn)}\n")
        out.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends it
    import vl_convert

    serve(sys.stdin, sys.stdout, vl_convert.vegalite_to_svg)
