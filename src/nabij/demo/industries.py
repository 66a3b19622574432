"""Which industries there are, how common, where they settle and how big they are."""

from __future__ import annotations

from dataclasses import dataclass

# Size classes: 1, 2-4, 5-9, 10-19, 20-49, 50-99, 100 and more jobs.
CLASS_BOUNDS = (1, 2, 5, 10, 20, 50, 100)
Shares = tuple[float, float, float, float, float, float, float]

# Rough shares of establishments by size class in Dutch business statistics around 2013.
SIZES: dict[str, Shares] = {
    "farm": (0.40, 0.46, 0.09, 0.03, 0.015, 0.004, 0.001),
    "factory": (0.50, 0.22, 0.10, 0.08, 0.06, 0.024, 0.016),
    "trade": (0.50, 0.28, 0.12, 0.06, 0.029, 0.008, 0.003),
    "alone": (0.78, 0.14, 0.04, 0.02, 0.013, 0.005, 0.002),
    "public": (0.38, 0.22, 0.13, 0.12, 0.09, 0.035, 0.025),
}


@dataclass(frozen=True)
class Industry:
    """A kind of business.

    Attributes
    ----------
    codes : tuple of str
        Five-digit codes of SBI 2008, a trailing 0 where the classification stops at four.
    share : float
        Per thousand of all establishments.
    settles : str
        Where: ``farmland, estates, homes, streets, offices`` or ``centres``.
    size : str
        Key of `SIZES`.
    """

    codes: tuple[str, ...]
    share: float
    settles: str
    size: str


def _industry(codes: str, share: float, settles: str, size: str) -> Industry:
    return Industry(tuple(codes.split()), share, settles, size)


# The divisions of SBI 2008 except the codes of the two sectors; shares follow the make-up of the
# Dutch business register around 2013, rounded.
INDUSTRIES: tuple[Industry, ...] = (
    _industry("01110 01131 01190 01250 01410 01450 01460 01471 01500 01610", 55, "farmland",
              "farm"),
    _industry("02100 02400 03111 03220", 2, "farmland", "farm"),
    _industry("06100 08120 09100", 0.5, "estates", "factory"),
    _industry("10110 10520 10710 10820 11050 12000", 6, "estates", "factory"),
    _industry("13200 13921 14130 14190 15120", 3.5, "homes", "alone"),
    _industry("16230 16290 17210 18120 18130", 7.5, "estates", "factory"),
    _industry("19200 20140 20410 21200 22290 23610 23700", 4.5, "estates", "factory"),
    _industry("24100 24530 25110 25620 25992 28110 28290 28990", 13.5, "estates", "factory"),
    _industry("30110 31010 31091 32120 32990 33121 33230", 17, "estates", "factory"),
    _industry("35111 35130 36000 37000 38110 38320 39000", 2.5, "estates", "factory"),
    _industry("41200 42110 43210 43221 43320 43341 43990", 112, "homes", "alone"),
    _industry("45112 45194 45204 45310", 22, "streets", "trade"),
    _industry("46110 46210 46341 46420 46510 46690 46732 46900", 68, "estates", "trade"),
    _industry("47110 47210 47521 47711 47730 47761 47915", 98, "streets", "trade"),
    _industry("49320 49410 50300 51100 52290 53202", 33, "estates", "trade"),
    _industry("55101 55202 56101 56102 56210 56300", 45, "streets", "trade"),
    _industry("58110 59111 60200 61200 62010 62020 63110", 54, "offices", "alone"),
    _industry("64200 64300 65120 66190 66220", 30, "offices", "alone"),
    _industry("68100 68204 68310", 18, "offices", "alone"),
    _industry("69101 69201 70100 70221 71120 71200 72190 73200 74201 74300 74900 75000", 92,
              "offices", "alone"),
    _industry("77110 78201 79110 80100 81210 82110 82990", 46, "offices", "alone"),
    _industry("84110 84241 84250", 2.5, "centres", "public"),
    _industry("85201 85314 85530 85592 85600", 36, "homes", "alone"),
    _industry("86101 86210 86231 86912 87100 88101 88911 88999", 64, "homes", "public"),
    _industry("90011 90030 91021 92009 93120 93299", 48, "centres", "alone"),
    _industry("94120 94997 95110 96012 96021 96040", 58, "streets", "alone"),
)  # fmt: skip


@dataclass(frozen=True)
class DemoSector:
    """A sector whose shape follows the published figures.

    Attributes
    ----------
    codes : dict of str to float
        Five-digit codes and their shares in the sector.
    share : float
        Of all establishments.
    in_focus : float
        Share of the sector that is in the focus region.
    leaning : dict of str to float
        How much more than elsewhere (1) the other COROP regions have of it.
    beyond_focus : dict of str to float
        How much more than the focus region these have of it.
    settles : dict of str to float
        Mixture of the ways to settle of `Industry`.
    gathers : float or None
        Metres from the middle of the focus region's largest town in which the sector becomes
        e times as rare, besides all else; None where it does not.
    named : dict of str to float
        Establishments in the neighbourhoods that the article names, in a register of a million.
    most_elsewhere : float
        Expected establishments, in a register of a million, that no other neighbourhood of the
        focus region exceeds.
    sizes, focus_sizes : Shares
        Shares of size classes in the country and in the focus region.
    largest, focus_largest : float
        Jobs that no establishment exceeds.
    focus : str
        The COROP region that the article looks into.
    threshold : int
        From how many establishments, in a register of a million, a neighbourhood is named.
    """

    codes: dict[str, float]
    share: float
    in_focus: float
    leaning: dict[str, float]
    beyond_focus: dict[str, float]
    settles: dict[str, float]
    gathers: float | None
    named: dict[str, float]
    most_elsewhere: float
    sizes: Shares
    focus_sizes: Shares
    largest: float
    focus_largest: float
    focus: str
    threshold: int


# Set so that a figure of the article comes out (see `nabij.demo.published`): share and in_focus
# (establishments in the focus region and its LQ), beyond_focus, settles (national mean
# D-score), gathers (high on D-score, without standing out), named, most_elsewhere, focus_sizes and
# focus_largest. The leanings are a rough picture of where these sectors are.
BRAINPORT = DemoSector(
    codes={
        "26110": 0.06, "26120": 0.03, "26200": 0.04, "26300": 0.04, "26510": 0.08,
        "26600": 0.03, "26700": 0.02, "27110": 0.05, "27120": 0.06, "27320": 0.02,
        "27400": 0.04, "27900": 0.06, "29100": 0.02, "29201": 0.07, "29310": 0.02,
        "29320": 0.05, "32501": 0.20, "32502": 0.11,
    },
    share=0.0089,
    in_focus=0.0699,
    beyond_focus={"Twente": 1.05},
    leaning={
        "Achterhoek": 1.25, "Noord-Limburg": 1.2, "Delft en Westland": 1.25,
        "Oost-Zuid-Holland": 1.15, "Zuidoost-Zuid-Holland": 1.2,
        "Agglomeratie Leiden en Bollenstreek": 1.1,
        "Noordoost-Noord-Brabant": 1.15, "Midden-Noord-Brabant": 1.15,
        "West-Noord-Brabant": 1.1, "Zuidwest-Gelderland": 1.15, "Zuidwest-Overijssel": 1.2,
        "Noord-Overijssel": 1.1, "Flevoland": 1.1, "Zuidoost-Friesland": 1.15,
        "Zuidoost-Drenthe": 1.2, "Zaanstreek": 1.1, "Groot-Rijnmond": 0.88,
        "Utrecht": 0.85, "Agglomeratie 's-Gravenhage": 0.62, "Groot-Amsterdam": 0.65,
        "Overig Zeeland": 0.85, "Noord-Friesland": 0.85, "Het Gooi en Vechtstreek": 0.9,
    },
    settles={"estates": 0.4, "homes": 0.20, "farmland": 0.40},
    gathers=11_000.0,
    named={
        "Hurk": 31, "Flight Forum": 19, "Beemden": 17, "Ekkersrijt": 34, "De Sleutel": 18,
        "Meerheide": 16, "Hoogeind": 24,
    },
    most_elsewhere=8.0,
    sizes=(0.44, 0.27, 0.09, 0.08, 0.07, 0.03, 0.02),
    focus_sizes=(0.40, 0.265, 0.09, 0.07, 0.072, 0.052, 0.051),
    largest=1_200,
    focus_largest=9_000,
    focus="Zuidoost-Noord-Brabant",
    threshold=14,
)  # fmt: skip

CREATIVE = DemoSector(
    codes={
        "71111": 0.19, "71112": 0.08, "73110": 0.33, "73120": 0.03, "74101": 0.24, "74102": 0.06,
        "74103": 0.07,
    },
    share=0.0670,
    in_focus=0.1767,
    beyond_focus={},
    leaning={
        "Utrecht": 1.2, "Agglomeratie Haarlem": 1.25,
        "Het Gooi en Vechtstreek": 1.25, "Delft en Westland": 1.05,
        "Agglomeratie 's-Gravenhage": 1.1, "Groot-Rijnmond": 1.1, "Arnhem/Nijmegen": 1.05,
        "Agglomeratie Leiden en Bollenstreek": 1.0, "Zuidoost-Noord-Brabant": 1.0,
        "Zeeuwsch-Vlaanderen": 0.6, "Overig Zeeland": 0.65, "Oost-Groningen": 0.55,
        "Delfzijl en omgeving": 0.55, "Zuidoost-Drenthe": 0.55, "Zuidwest-Drenthe": 0.65,
        "Noord-Friesland": 0.7, "Zuidwest-Friesland": 0.65, "Zuidoost-Friesland": 0.65,
    },
    settles={"homes": 0.97, "farmland": 0.03},
    gathers=None,
    named={
        "Oostelijk Havengebied": 482, "Landlust": 461, "Jordaan": 383, "Oude Pijp": 324,
        "Nieuwe Pijp": 274, "Grachtengordel": 352, "Haarlemmerbuurt": 258,
        "Staatsliedenbuurt": 251, "Oostelijke Eilanden": 238, "Nieuwmarkt/Lastage": 232,
    },
    most_elsewhere=200.0,
    sizes=(0.765, 0.190, 0.028, 0.011, 0.0045, 0.001, 0.0005),
    focus_sizes=(0.785, 0.175, 0.0245, 0.0100, 0.0040, 0.0010, 0.0005),
    largest=600,
    focus_largest=900,
    focus="Groot-Amsterdam",
    threshold=225,
)  # fmt: skip

SECTORS = (BRAINPORT, CREATIVE)
