"""Names of columns in registers in use, in English, Dutch, French and German."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# By the study's key; earlier ones are surer. Written as `plain` writes them.
NAMES = {
    "id": ("vestigingsnummer", "vestigingsnr", "vestnr", "vestiging_id", "siret",
           "establishment_id", "licence_rsn", "bvd_id", "lisa_nr", "establishment_number",
           "property_id", "licence_number", "license_number", "numero_etablissement",
           "betriebsnummer", "betriebs_id", "firmennummer", "id", "identifier", "identifiant",
           "kennung", "kvk", "kvk_nummer", "company_number", "entity_number", "nummer", "numero",
           "number", "nr", "uuid", "osm_id", "fid", "object_id"),
    "code": ("sbi", "sbi_2008", "sbi_code", "sbi_2025", "nace", "nace_code", "nace_bel", "naf",
             "ape", "code_ape", "code_naf", "activite_principale_etablissement", "isic",
             "isic_code", "naics", "naics_code", "anzsic", "sic", "sic_code", "wz", "wz_2008",
             "wz_code", "wirtschaftszweig", "industry", "industry_code", "industrie", "activity",
             "activite", "activiteit", "hoofdactiviteit", "bedrijfstak", "branchecode", "sector",
             "secteur", "branche", "business_sub_type", "business_type", "category", "categorie",
             "kategorie", "code"),
    "jobs": ("jobs", "banen", "wp", "werkzame_personen", "aantal_banen", "werknemers",
             "aantal_werknemers", "arbeidsplaatsen", "medewerkers", "employees",
             "number_of_employees", "no_of_employees", "nr_employees", "employment", "staff",
             "headcount", "workers", "effectif", "effectifs", "salaries", "nombre_de_salaries",
             "emplois", "beschaeftigte", "beschaftigte", "mitarbeiter", "mitarbeiterzahl",
             "personal", "fte", "persons"),
    "size_class": ("size_class", "size_code", "grootteklasse", "gk", "size", "tranche",
                   "tranche_effectifs", "tranche_effectifs_etablissement", "groessenklasse",
                   "grossenklasse", "klasse"),
    "x": ("x", "xcoord", "x_coord", "x_coordinaat", "x_coordinate", "coord_x", "rd_x", "x_rd",
          "easting", "coordonnee_lambert_abscisse", "rechtswert", "ostwert", "lon", "lng",
          "long", "longitude", "lengtegraad", "laengengrad", "langengrad"),
    "y": ("y", "ycoord", "y_coord", "y_coordinaat", "y_coordinate", "coord_y", "rd_y", "y_rd",
          "northing", "coordonnee_lambert_ordonnee", "hochwert", "nordwert", "lat", "latitude",
          "breedtegraad", "breitengrad"),
    "year": ("year", "jaar", "peiljaar", "annee", "jahr", "berichtsjahr", "folder_year",
             "census_year"),
    "name": ("name", "naam", "bedrijfsnaam", "handelsnaam", "vestigingsnaam", "company",
             "company_name", "business_name", "trading_name", "business_trade_name", "enseigne",
             "nom", "raison_sociale", "denomination", "firma", "firmenname"),
}  # fmt: skip

AREAS = (
    "local_area", "area", "region", "regio", "municipality", "gemeente", "gemeentenaam", "commune",
    "gemeinde", "city", "plaats", "woonplaats", "plaatsnaam", "vestigingsplaats", "ville", "ort",
    "stadt", "province", "provincie", "departement", "kreis", "bundesland", "country", "county",
    "land", "state", "neighbourhood", "neighborhood", "wijk", "buurt", "wijknaam", "buurtnaam",
    "quartier", "stadtteil", "district", "corop", "nuts", "iris", "suburb", "borough", "ward",
)  # fmt: skip
"""Columns that name the area an establishment is in; regions are polygons, so they only tell."""

POSTCODES = (
    "postcode", "post_code", "code_postal", "postal_code", "zip", "zip_code", "plz", "pc4", "pc6",
)  # fmt: skip
"""Columns of postcodes, which a table of their points makes places of."""

OTHER = (
    *POSTCODES,
    "street", "straat", "straatnaam", "rue", "strasse", "address", "adres", "adresse", "house",
    "huisnummer", "huisnr", "house_number", "hausnummer", "unit", "phone", "telefoon", "telephone",
    "email", "website", "url", "status", "etat", "remarks", "opmerking",
)  # fmt: skip
"""Columns whose values may look like ids, codes or jobs, and are none."""

HELD = {"id", "code", "jobs", "name", "size_class"}
"""Keys that a column of an area or an address is never guessed for."""


@lru_cache(maxsize=20_000)
def plain(column: str) -> str:
    """Write a column's name in small letters without accents, its words parted by ``_``.

    >>> plain("NumberofEmployees"), plain("BusinessSubType"), plain("Année"), plain("LicenceRSN")
    ('numberof_employees', 'business_sub_type', 'annee', 'licence_rsn')
    """
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column)
    letters = unicodedata.normalize("NFKD", parted.casefold().replace("ß", "ss"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def joined(name: str) -> str:
    """Write a column's name as one word, so that it does not matter what parts its words.

    >>> joined("NumberofEmployees") == joined("number_of_employees")
    True
    """
    return plain(name).replace("_", "")


def has_part(column: str, name: str) -> bool:
    """Tell whether a name of three letters or more is one or several whole words of a column's.

    >>> has_part("aantal banen 2024", "banen"), has_part("urban", "ban"), has_part("max", "x")
    (True, False, False)
    """
    return len(name) > 2 and f"_{name}_" in f"_{plain(column)}_"


def speaks_of(column: str, names: Iterable[str]) -> bool:
    """Tell whether a column's name is, or has among its words, one of `names`."""
    return any(joined(column) == joined(name) or has_part(column, name) for name in names)
