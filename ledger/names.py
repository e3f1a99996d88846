"""Names with one meaning in the whole house: the government, the kinds of things, attributes that the fold knows."""

from __future__ import annotations

GOVERNMENT = "government"  # the id of the government, and its kind
KINDS = (GOVERNMENT, "cluster", "segment", "mission", "mandate", "objective", "signal", "recommendation")

LIFE = "life"  # the attribute whose value is where a life begins, ends or resumes
IN_DOUBT = "in-doubt"  # the days on which a thing may have ended, or not
AFFILIATION = "segments:"  # with the id of a segment: the attribute of a mission whose value is the extent
