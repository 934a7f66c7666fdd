"""Circles, tables and bars as the server draws them: numbers become attributes of SVG, with dots in any language."""

from dataclasses import dataclass

from huiqun.audiences.queries import Bar, Overlap, Pair, ProfileGroup

CIRCLES = {2: ((150, 130), (270, 130)), 3: ((160, 120), (270, 120), (215, 215))}
NAMES = {2: ((100, 20), (320, 20)), 3: ((90, 18), (340, 18), (215, 330))}
PLACES = {
    2: {(0,): (95, 135), (1,): (325, 135), (0, 1): (210, 135)},
    3: {
        (0,): (110, 95),
        (1,): (320, 95),
        (2,): (215, 275),
        (0, 1): (215, 90),
        (0, 2): (150, 190),
        (1, 2): (280, 190),
        (0, 1, 2): (215, 150),
    },
}
RADIUS = 95
NOTICEABLE = 1.05
"""From this index on a bar is said to stand out."""


@dataclass(frozen=True, kw_only=True)
class Circle:
    place: int
    x: int
    y: int
    radius: int
    name: str
    name_x: int
    name_y: int


@dataclass(frozen=True, kw_only=True)
class Venn:
    """``numbers``: x, y and how many are in exactly those circles."""

    circles: tuple[Circle, ...]
    numbers: tuple[tuple[int, int, int], ...]
    height: int


@dataclass(frozen=True, kw_only=True)
class Cell:
    """``shade`` 0 to 4: the larger the share that two have in common, the darker."""

    pair: Pair
    shade: int
    same: bool


@dataclass(frozen=True, kw_only=True)
class DrawnBar:
    """Widths as parts of the widest of its group in hundredths; ``lift`` is the index in words like ×1.8."""

    bar: Bar
    width: str
    bank_width: str
    lift: str
    more: bool


def venn_of(overlap: Overlap) -> Venn | None:
    """None for more than three: circles cannot show all of their overlaps."""
    count = len(overlap.sets)
    if count not in CIRCLES:
        return None
    circles = [
        Circle(place=place, x=x, y=y, radius=RADIUS, name=each.name, name_x=name_x, name_y=name_y)
        for place, (each, (x, y), (name_x, name_y)) in enumerate(
            zip(overlap.sets, CIRCLES[count], NAMES[count], strict=True)
        )
    ]
    numbers = [(*PLACES[count][region.inside], region.n) for region in overlap.regions]
    return Venn(circles=tuple(circles), numbers=tuple(numbers), height=240 if count == 2 else 340)


def regions_of(overlap: Overlap) -> list[tuple[str, int]]:
    """Those with somebody in them; all of them for two and three."""
    return [
        (" ∩ ".join(overlap.sets[place].name for place in region.inside), region.n)
        for region in overlap.regions
        if region.n or len(overlap.sets) in CIRCLES
    ]


def matrix_of(overlap: Overlap) -> list[tuple[str, list[Cell]]]:
    return [
        (
            each.name,
            [
                Cell(pair=pair, shade=min(4, int((pair.jaccard or 0) * 5)), same=row == column)
                for column, pair in enumerate(pairs)
            ],
        )
        for row, (each, pairs) in enumerate(zip(overlap.sets, overlap.pairs, strict=True))
    ]


def bars_of(group: ProfileGroup) -> list[DrawnBar]:
    widest = max((max(each.share or 0, each.bank_share or 0) for each in group.bars), default=0) or 1
    return [
        DrawnBar(
            bar=each,
            width=f"{(each.share or 0) / widest * 100:.2f}",
            bank_width=f"{(each.bank_share or 0) / widest * 100:.2f}",
            lift="" if each.index is None else f"×{each.index:.2f}",
            more=(each.index or 0) >= NOTICEABLE,
        )
        for each in group.bars
    ]
