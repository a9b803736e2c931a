"""How broad the columns of a printed table are. Pure."""

from __future__ import annotations

from collections.abc import Sequence

LEAST = 12.0  # millimetres that are left of a column that is cut


def shared_out(natural: Sequence[float], may_be_cut: Sequence[bool], room: float) -> list[float]:
    """The breadths of columns that are together `room` broad, in its unit.

    `natural` is what each takes to be read whole. Where there is more room than that, all grow alike. Where there is
    less, those that `may_be_cut` give way, the broadest first; when all of them are at `LEAST`, all shrink alike.
    """
    wanted = sum(natural)
    if wanted <= room:
        return [one * room / wanted for one in natural]
    fixed = sum(one for one, cut in zip(natural, may_be_cut, strict=True) if not cut)
    cut = [one for one, cut in zip(natural, may_be_cut, strict=True) if cut]
    most = max(LEAST, _level(cut, room - fixed))
    found = [min(one, most) if cut else one for one, cut in zip(natural, may_be_cut, strict=True)]
    return [one * room / sum(found) for one in found]


def _level(breadths: Sequence[float], room: float) -> float:
    """The breadth at which those that are broader are cut, so that together they take `room`."""
    left = room
    for place, one in enumerate(ordered := sorted(breadths)):
        level = left / (len(ordered) - place)
        if one > level:
            return level
        left -= one
    return max(breadths, default=0.0)
