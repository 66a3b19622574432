"""The municipalities of the Netherlands, as a table of facts to build on."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

CRS = "EPSG:28992"

# The table's names of COROP regions lack a word or an apostrophe of the names that Statistics
# Netherlands and the article use.
COROP_NAMES = {
    "Amsterdam": "Groot-Amsterdam",
    "Rijnmond": "Groot-Rijnmond",
    "Agglomeratie s-Gravenhage": "Agglomeratie 's-Gravenhage",
}

# Inhabitants in thousands where the table is far off. It adds up the places of GeoNames, which
# lacks some main places and counts others twice (a city and its parts). Rounded figures of
# Statistics Netherlands, 2013 to 2020.
INHABITANTS = {
    "Alkmaar": 108,
    "Almere": 205,
    "Apeldoorn": 162,
    "Arnhem": 158,
    "Bergen op Zoom": 66,
    "Boxmeer": 29,
    "Breda": 183,
    "Bronckhorst": 36,
    "Cuijk": 25,
    "De Wolden": 24,
    "Deurne": 32,
    "Deventer": 99,
    "Dinkelland": 26,
    "Druten": 19,
    "Ede": 117,
    "Eemnes": 9,
    "Eindhoven": 231,
    "Emmen": 107,
    "Enschede": 159,
    "Ermelo": 27,
    "Etten-Leur": 43,
    "Gouda": 73,
    "Groningen": 231,
    "Gulpen-Wittem": 14,
    "Haarlemmermeer": 154,
    "Heerlen": 87,
    "Het Hogeland": 48,
    "Heumen": 16,
    "Heusden": 44,
    "Hilvarenbeek": 15,
    "Houten": 49,
    "Hulst": 27,
    "Kaag en Braassem": 27,
    "Katwijk": 65,
    "Kerkrade": 46,
    "Landerd": 15,
    "Landgraaf": 37,
    "Landsmeer": 11,
    "Leeuwarden": 123,
    "Leiden": 124,
    "Leidschendam-Voorburg": 75,
    "Maastricht": 121,
    "Midden-Delfland": 19,
    "Midden-Drenthe": 33,
    "Nijmegen": 175,
    "Noordenveld": 31,
    "Oldambt": 38,
    "Ommen": 17,
    "Oostzaan": 10,
    "Reimerswaal": 22,
    "Ridderkerk": 46,
    "Rotterdam": 645,
    "'s-Gravenhage": 535,
    "'s-Hertogenbosch": 154,
    "Sint Anthonis": 12,
    "Sittard-Geleen": 93,
    "Sluis": 23,
    "Son en Breugel": 17,
    "Stede Broec": 22,
    "Súdwest-Fryslân": 89,
    "Terschelling": 5,
    "Texel": 14,
    "Tilburg": 217,
    "Tynaarlo": 33,
    "Utrecht": 350,
    "Veere": 22,
    "Veldhoven": 45,
    "Velsen": 68,
    "Venlo": 101,
    "Waterland": 17,
    "West Maas en Waal": 19,
    "Westerveld": 19,
    "Westerwolde": 25,
    "Westvoorne": 15,
    "Zaanstad": 154,
    "Zuidplas": 42,
    "Zwolle": 127,
}


def municipalities() -> pd.DataFrame:
    """Read the municipalities with the regions they lie in.

    Returns
    -------
    pandas.DataFrame
        ``code, name, corop, corop_code`` (text), ``x, y`` (metres, a point inside), ``area``
        (square metres), ``inhabitants``.

    Examples
    --------
    >>> table = municipalities()
    >>> len(table), table["corop_code"].nunique()
    (352, 40)
    """
    with files("nabij.demo").joinpath("nl_municipalities.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file)
    corrected = table["municipality"].map(INHABITANTS) * 1000
    return pd.DataFrame(
        {
            "code": table["code"],
            "name": table["municipality"],
            "corop": table["corop"].replace(COROP_NAMES),
            "corop_code": "CR" + table["corop_nr"].astype(str).str.zfill(2),
            "x": table["x"].astype(float),
            "y": table["y"].astype(float),
            "area": table["area_km2"] * 1e6,
            "inhabitants": corrected.fillna(table["population"]).astype(float),
        }
    )
