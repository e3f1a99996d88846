"""Names with one meaning in the whole house: the government, the kinds of things, attributes that the fold knows."""

from __future__ import annotations

GOVERNMENT = "government"  # the id of the government, and its kind
KINDS = (GOVERNMENT, "cluster", "segment", "mission", "mandate", "objective", "signal", "recommendation")

LIFE = "life"  # the attribute whose value is where a life begins, ends or resumes
IN_DOUBT = "in-doubt"  # the days on which a thing may have ended, or not
# What every thing is shown with, beside its attributes: none of them is called so.
RESERVED = (LIFE, IN_DOUBT, "id", "since", "may_have_ended", "end", "lives")
ACT = "act:"  # with the position of an act upon a decision: whether it is upon what does not stand
AFFILIATION = "segments:"  # with the id of a segment: the attribute of a mission whose value is the extent
