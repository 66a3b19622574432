"""Synthetic files in the layout of real registers: the columns are theirs, the rows are made up."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

MANY = 60

SIRENE = [
    "siren", "nic", "siret", "statutDiffusionEtablissement", "dateCreationEtablissement",
    "trancheEffectifsEtablissement", "anneeEffectifsEtablissement",
    "activitePrincipaleRegistreMetiersEtablissement", "dateDernierTraitementEtablissement",
    "etablissementSiege", "nombrePeriodesEtablissement", "complementAdresseEtablissement",
    "numeroVoieEtablissement", "indiceRepetitionEtablissement", "typeVoieEtablissement",
    "libelleVoieEtablissement", "codePostalEtablissement", "libelleCommuneEtablissement",
    "codeCommuneEtablissement", "identifiantAdresseEtablissement",
    "coordonneeLambertAbscisseEtablissement", "coordonneeLambertOrdonneeEtablissement",
    "dateDebut", "etatAdministratifEtablissement", "enseigne1Etablissement",
    "denominationUsuelleEtablissement", "activitePrincipaleEtablissement",
    "nomenclatureActivitePrincipaleEtablissement", "caractereEmployeurEtablissement",
]  # fmt: skip

GEOLOCATION = [
    "siret", "x", "y", "qualite_xy", "epsg", "plg_qp24", "plg_iris", "plg_zus", "plg_qp15",
    "plg_qva", "plg_code_commune", "distance_precision", "qualite_qp24", "qualite_iris",
    "qualite_zus", "qualite_qp15", "qualite_qva", "y_latitude", "x_longitude",
]  # fmt: skip

COMPANIES = [
    "CompanyName", " CompanyNumber", "RegAddress.CareOf", "RegAddress.POBox",
    "RegAddress.AddressLine1", " RegAddress.AddressLine2", "RegAddress.PostTown",
    "RegAddress.County", "RegAddress.Country", "RegAddress.PostCode", "CompanyCategory",
    "CompanyStatus", "CountryOfOrigin", "DissolutionDate", "IncorporationDate",
    "SICCode.SicText_1", "SICCode.SicText_2", "SICCode.SicText_3", "SICCode.SicText_4", "URI",
]  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A register that was written, and the study that reads it.

    ``kept`` is how many rows can be used, ``said`` what the result must tell of the others.
    """

    register: dict[str, Any]
    codes: list[str]
    kept: int
    aside: dict[str, int]
    rejected: dict[str, int]

    def study(self, **more: Any) -> dict[str, Any]:
        return {
            "register": {**self.register, "synthetic": True, **more},
            "sector": {"name": "Sector", "codes": self.codes},
            "clusters": {"find": False},
            "output": {"formats": ["png"]},
        }


def filled(columns: list[str], **values: Any) -> pd.DataFrame:
    """Return a table of text with all columns in their order, empty where nothing is given."""
    given = pd.DataFrame(values).astype("str")
    return given.reindex(columns=columns, fill_value="")


def places(west: float, south: float, side: float) -> np.ndarray:
    random = np.random.default_rng(5)
    return random.uniform([west, south], [west + side, south + side], (MANY, 2)).round(2)


def sirene(folder: Path, **changes: Any) -> pd.DataFrame:
    x, y = places(840_000, 6_510_000, 20_000).T
    given = {
        "siren": [f"{300000000 + i}" for i in range(MANY)],
        "nic": ["00017"] * MANY,
        "siret": [f"{300000000 + i}00017" for i in range(MANY)],
        "statutDiffusionEtablissement": ["O"] * MANY,
        "trancheEffectifsEtablissement": ["01", "11", "NN"] * (MANY // 3),
        "anneeEffectifsEtablissement": ["2024"] * MANY,
        "coordonneeLambertAbscisseEtablissement": x,
        "coordonneeLambertOrdonneeEtablissement": y,
        "etatAdministratifEtablissement": ["A"] * MANY,
        "activitePrincipaleEtablissement": ["62.01Z", "71.11Z", "10.71C"] * (MANY // 3),
        "nomenclatureActivitePrincipaleEtablissement": ["NAFRev2"] * MANY,
    }
    return filled([*SIRENE, *changes.pop("beside", [])], **{**given, **changes})


def sirene_plain(folder: Path) -> Made:
    sirene(folder).to_csv(folder / "StockEtablissement_utf8.csv", index=False)
    return Made({"known": "sirene", "path": "StockEtablissement_utf8.csv"}, ["62"], MANY, {}, {})


def sirene_odd(folder: Path) -> Made:
    table = sirene(folder)
    table.loc[:4, "etatAdministratifEtablissement"] = "F"
    table.loc[5:7, "statutDiffusionEtablissement"] = "P"
    for axis in ("Abscisse", "Ordonnee"):
        table.loc[5:8, f"coordonneeLambert{axis}Etablissement"] = "[ND]"
    table.to_csv(folder / "StockEtablissement_utf8.csv", index=False)
    return Made(
        {"known": "sirene", "path": "StockEtablissement_utf8.csv"},
        ["62"],
        MANY - 9,
        {
            "etatAdministratifEtablissement is not as asked (A)": 5,
            "statutDiffusionEtablissement is not as asked (O)": 3,
        },
        {"location is missing or no number": 1},
    )


def sirene_of_two_versions(folder: Path) -> Made:
    """Write both code columns, as Parquet."""
    table = sirene(
        folder,
        beside=["activitePrincipaleNAF25Etablissement"],
        activitePrincipaleNAF25Etablissement=["62.10Y", "71.11Y", "10.71Y"] * (MANY // 3),
    )
    pq.write_table(pa.Table.from_pandas(table), folder / "StockEtablissement_utf8.parquet")
    return Made(
        {"known": "sirene", "path": "StockEtablissement_utf8.parquet"}, ["62"], MANY, {}, {}
    )


def geolocation(table: pd.DataFrame) -> pd.DataFrame:
    x, y = places(840_000, 6_510_000, 20_000).T
    return filled(
        GEOLOCATION,
        siret=table["siret"],
        x=x,
        y=y,
        qualite_xy=["11"] * MANY,
        epsg=["2154"] * MANY,
        plg_code_commune=["69123"] * MANY,
    )


GEOLOCATED = "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv"


def geolocated(folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> dict[str, str]:
    table = sirene(folder).drop(columns=SIRENE[20:22])
    table.to_csv(folder / "StockEtablissement_utf8.csv", index=False)
    change(geolocation(table)).to_csv(folder / GEOLOCATED, index=False, sep=";")
    return {"known": "sirene_geolocated", "path": "StockEtablissement_utf8.csv"}


def sirene_joined(folder: Path) -> Made:
    return Made(geolocated(folder, lambda points: points[::-1]), ["62"], MANY, {}, {})


def sirene_joined_overseas(folder: Path) -> Made:
    def overseas(points: pd.DataFrame) -> pd.DataFrame:
        points.loc[:3, ["x", "y", "epsg"]] = ["340000.0", "7650000.0", "2975"]  # Réunion
        points.loc[4:5, "epsg"] = "999999"
        return points

    return Made(
        geolocated(folder, overseas),
        ["62"],
        MANY - 6,
        {},
        {
            "location is outside what EPSG:2154 can hold": 4,
            "coordinate system '999999' is not known": 2,
        },
    )


def sirene_joined_in_part(folder: Path) -> Made:
    """Leave some without a place, and give one two."""
    register = geolocated(folder, lambda points: pd.concat([points[6:], points[6:7]]))
    return Made(register, ["62"], MANY - 6, {}, {"no coordinate system": 0})


def lisa(**names: str) -> pd.DataFrame:
    x, y = places(150_000, 380_000, 20_000).T
    usual = {
        "LISANR": [f"L{i:05d}" for i in range(MANY)],
        "NAAM": [f"Firma {i}" for i in range(MANY)],
        "SBI2008": ["62010", "71111", "01110"] * (MANY // 3),
        "GROOTTEKLASSE": ["1", "2-4", "10-19"] * (MANY // 3),
        "GEMEENTE": ["0772"] * MANY,
        "BAG_X": x,
        "BAG_Y": y,
    }
    return pd.DataFrame({names.get(name, name): values for name, values in usual.items()})


def lisa_plain(folder: Path) -> Made:
    lisa().to_csv(folder / "lisa.csv", index=False, sep=";", decimal=",")
    return Made({"known": "lisa", "path": "lisa.csv"}, ["62"], MANY, {}, {})


def lisa_of_another_province(folder: Path) -> Made:
    other = {
        "LISANR": "Vestigingsnummer", "SBI2008": "sbi_08", "GROOTTEKLASSE": "GrKl",
        "BAG_X": "XCOORD", "BAG_Y": "YCOORD", "NAAM": "Vestigingsnaam",
    }  # fmt: skip
    lisa(**other).to_excel(folder / "lisa.xlsx", index=False, engine="xlsxwriter")
    return Made({"known": "lisa", "path": "lisa.xlsx"}, ["62"], MANY, {}, {})


def lisa_odd(folder: Path) -> Made:
    """Two provinces with other headers, one with numbers of classes that the study explains."""
    one = lisa(SBI2008="SBI_2008")
    two = lisa(GROOTTEKLASSE="GKL").assign(LISANR=lambda t: "M" + t["LISANR"])
    one.loc[:1, ["BAG_X", "BAG_Y"]] = 0
    one.loc[2:3, "GROOTTEKLASSE"] = "vijf"
    one.to_csv(folder / "lisa_a.csv", index=False)
    two.to_csv(folder / "lisa_b.csv", index=False)
    return Made(
        {"known": "lisa", "path": "lisa_*.csv"},
        ["62"],
        2 * MANY - 4,
        {},
        {"location is (0, 0)": 2, "size class is not in size_class_jobs": 2},
    )


def quoted(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, quoting=csv.QUOTE_ALL)


def kbo(folder: Path, activities: pd.DataFrame | None = None) -> Made:
    numbers = [f"2.{i:03d}.000.0{i % 90:02d}" for i in range(MANY)]
    quoted(
        pd.DataFrame(
            {
                "EstablishmentNumber": numbers,
                "StartDate": ["01-01-2001"] * MANY,
                "EnterpriseNumber": [f"0{number[2:]}" for number in numbers],
            }
        ),
        folder / "establishment.csv",
    )
    made = pd.DataFrame(
        {
            "EntityNumber": numbers,
            "ActivityGroup": ["003"] * MANY,
            "NaceVersion": ["2025"] * MANY,
            "NaceCode": ["62100", "71110", "01110"] * (MANY // 3),
            "Classification": ["MAIN"] * MANY,
        }
    )
    quoted(made if activities is None else activities(made), folder / "activity.csv")
    quoted(
        filled(
            ["EntityNumber", "TypeOfAddress", "CountryNL", "CountryFR", "Zipcode",
             "MunicipalityNL", "MunicipalityFR", "StreetNL", "StreetFR", "HouseNumber", "Box",
             "ExtraAddressInfo", "DateStrikingOff"],
            EntityNumber=numbers,
            TypeOfAddress=["BAET"] * MANY,
            Zipcode=[f"{9000 + i % 20}" for i in range(MANY)],
        ),
        folder / "address.csv",
    )  # fmt: skip
    points_of(folder, [f"{9000 + i}" for i in range(20)], 100_000, 190_000)
    return Made(
        {
            "known": "kbo",
            "path": "establishment.csv",
            "postcodes": POINTS | {"crs": "EPSG:31370"},
        },
        ["62"],
        MANY,
        {},
        {},
    )


POINTS = {"path": "points.csv", "postcode": "postcode", "x": "x", "y": "y"}


def points_of(folder: Path, postcodes: list[str], west: float, south: float) -> None:
    x, y = places(west, south, 20_000)[: len(postcodes)].T
    pd.DataFrame({"postcode": postcodes, "x": x, "y": y}).to_csv(folder / "points.csv", index=False)


def kbo_odd(folder: Path) -> Made:
    """Secondary activities, an older classification, two main activities, and one without any."""

    def change(main: pd.DataFrame) -> pd.DataFrame:
        second = main.assign(Classification="SECO", NaceCode="47110")
        older = main.assign(NaceVersion="2008", NaceCode="62010")
        another = main[:5].assign(ActivityGroup="006", NaceCode="85310")
        return pd.concat([second, older, main[:-4], another])

    made = kbo(folder, change)
    return Made(made.register, made.codes, MANY - 4, {}, {"no industry code": 4})


def kbo_of_2008(folder: Path) -> Made:
    codes = ["62010", "71111", "01110"] * (MANY // 3)
    made = kbo(folder, lambda main: main.assign(NaceVersion="2008", NaceCode=codes))
    join = {"activity": {"where": {"NaceVersion": "2008"}}}
    return Made({**made.register, "join": join}, ["6201"], MANY, {}, {})


def overture(folder: Path, **changes: Any) -> Made:
    xy = places(4.3, 51.9, 0.3)
    table = {
        "id": [f"08f{i:029x}" for i in range(MANY)],
        "geometry": shapely.to_wkb(shapely.points(xy)),
        "names": [{"primary": f"Zaak {i}", "common": None} for i in range(MANY)],
        "taxonomy": [
            {"primary": name, "hierarchy": ["food_and_drink", name], "alternates": None}
            for name in ["bakery", "restaurant", "bar"] * (MANY // 3)
        ],
        "basic_category": ["bakery", "restaurant", "bar"] * (MANY // 3),
        "confidence": [0.9] * MANY,
        "operating_status": ["open"] * MANY,
        "addresses": [[{"country": "NL", "postcode": "3011AA"}]] * MANY,
    }
    table |= changes
    table = {name: values for name, values in table.items() if values is not None}
    written = pa.table(table)
    geo = (
        '{"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": '
        '{"encoding": "WKB", "geometry_types": ["Point"]}}}'
    )
    pq.write_table(written.replace_schema_metadata({"geo": geo}), folder / "places.parquet")
    return Made({"known": "overture", "path": "places.parquet"}, ["bakery"], MANY, {}, {})


def overture_odd(folder: Path) -> Made:
    made = overture(
        folder,
        confidence=[0.3] * 6 + [0.7] * (MANY - 6),
        operating_status=["open"] * (MANY - 2) + ["permanently_closed", "temporarily_closed"],
    )
    aside = {
        "operating_status is not as asked (open)": 2,
        "confidence is not as asked (>= 0.7)": 6,
    }
    return Made(made.register, made.codes, MANY - 8, aside, {})


def overture_of_basic_categories(folder: Path) -> Made:
    return overture(folder, taxonomy=None)


def osm(folder: Path, **changes: Any) -> gpd.GeoDataFrame:
    given = {
        "osm_id": [str(1000 + i) for i in range(MANY)],
        "name": [f"Zaak {i}" for i in range(MANY)],
        "office": ["architect", None, None] * (MANY // 3),
        "shop": [None, "bakery", None] * (MANY // 3),
        "craft": [None, None, "carpenter"] * (MANY // 3),
        "industrial": ["brewery"] + [None] * (MANY - 1),
    }
    table = pd.DataFrame({**given, **changes})
    return gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(*places(5.0, 52.0, 0.2).T), crs="EPSG:4326"
    )


def osm_plain(folder: Path) -> Made:
    osm(folder).to_file(folder / "osm.gpkg", layer="points")
    return Made({"known": "osm", "path": "osm.gpkg"}, ["shop=bakery"], MANY, {}, {})


def osm_odd(folder: Path) -> Made:
    table = osm(folder)
    table.loc[:2, ["office", "shop", "craft", "industrial"]] = [None, "no", None, None]
    table.to_parquet(folder / "osm.parquet")
    return Made(
        {"known": "osm", "path": "osm.parquet"},
        ["shop="],
        MANY - 3,
        {},
        {"no industry code": 3},
    )


def osm_of_ogr2ogr(folder: Path) -> Made:
    """Only the columns that GDAL makes of its own accord, the rest in other_tags."""
    table = osm(folder)
    tags = [
        ",".join(
            f'"{tag}"=>"{value}"'
            for tag, value in [("opening_hours", 'a \\"b\\"'), *row.items()]
            if isinstance(value, str)
        )
        for row in table[["office", "shop", "craft", "industrial"]].to_dict("records")
    ]
    table = table[["osm_id", "name", "geometry"]].assign(other_tags=tags)
    table.to_file(folder / "osm.gpkg", layer="points")
    return Made({"known": "osm", "path": "osm.gpkg"}, ["office="], MANY, {}, {})


def companies(folder: Path, **changes: Any) -> Made:
    given = {
        "CompanyName": [f"SYNTHETIC {i} LIMITED" for i in range(MANY)],
        " CompanyNumber": [f"{i:08d}" for i in range(MANY)],
        "RegAddress.PostCode": [f"LS{1 + i % 20} 1AA" for i in range(MANY)],
        "CompanyStatus": ["Active"] * MANY,
        "IncorporationDate": ["01/02/2003"] * MANY,
        "SICCode.SicText_1": [
            "62012 - Business and domestic software development",
            "71111 - Architectural activities",
            "01110 - Growing of cereals (except rice), leguminous crops and oil seeds",
        ]
        * (MANY // 3),
    }
    table = filled([changes.get("names", {}).get(name, name) for name in COMPANIES], **{
        changes.get("names", {}).get(name, name): values for name, values in given.items()
    })  # fmt: skip
    for column, values in changes.get("values", {}).items():
        table.loc[: len(values) - 1, column] = values
    quoted(table, folder / "BasicCompanyDataAsOneFile.csv")
    points_of(folder, [f"LS{i} 1AA" for i in range(1, 21)], 425_000, 430_000)
    return Made(
        {
            "known": "companies_house",
            "path": "BasicCompanyDataAsOneFile.csv",
            "postcodes": POINTS | {"crs": "EPSG:27700"},
        },
        ["62012"],
        MANY,
        {},
        {},
    )


def companies_odd(folder: Path) -> Made:
    values = {
        "CompanyStatus": ["Liquidation", "Active - Proposal to Strike off"],
        "SICCode.SicText_1": ["", "", "None Supplied", "None Supplied", "99999 - Dormant Company"],
        "RegAddress.PostCode": ["", "", "", "", "ZZ1 1ZZ"],
    }
    made = companies(folder, values=values)
    return Made(
        made.register,
        made.codes,
        MANY - 5,
        {"CompanyStatus is not as asked (Active)": 2},
        {"no industry code": 2, "postcode has no point in points.csv": 1},
    )


def companies_without_spaces(folder: Path) -> Made:
    return companies(folder, names={" CompanyNumber": "CompanyNumber"})


LAYOUTS: dict[str, dict[str, Callable[[Path], Made]]] = {
    "sirene": {
        "plain": sirene_plain, "odd": sirene_odd, "two versions": sirene_of_two_versions,
    },
    "sirene_geolocated": {
        "plain": sirene_joined, "overseas": sirene_joined_overseas, "odd": sirene_joined_in_part,
    },
    "lisa": {
        "plain": lisa_plain, "another province": lisa_of_another_province, "odd": lisa_odd,
    },
    "kbo": {"plain": kbo, "odd": kbo_odd, "2008": kbo_of_2008},
    "overture": {
        "plain": overture, "odd": overture_odd, "basic": overture_of_basic_categories,
    },
    "osm": {"plain": osm_plain, "odd": osm_odd, "ogr2ogr": osm_of_ogr2ogr},
    "companies_house": {
        "plain": companies, "odd": companies_odd, "no spaces": companies_without_spaces,
    },
}  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for ``layout`` each of the layouts."""
    if "layout" in metafunc.fixturenames:
        each = [(word, variant) for word, made in LAYOUTS.items() for variant in made]
        metafunc.parametrize("layout", each, ids=[" ".join(pair) for pair in each])


@pytest.fixture
def layouts() -> dict[str, dict[str, Callable[[Path], Made]]]:
    return LAYOUTS


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str, str], Made]:
    """Return what writes the files of a layout into the test's folder."""
    return lambda word, variant: LAYOUTS[word][variant](tmp_path)
