"""Official boundaries: fetched once, by a command, however the other side behaves."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime

import geopandas as gpd
import pytest
from typer.testing import CliRunner

import nabij
from nabij import InputError, cli
from nabij.outside import boundaries, cache, download
from nabij.outside.services import Official
from nabij.running import prepare

COROP = Official.of("corop", 2024)
NUTS3 = Official.of("nuts3", 2024)
NUTS3_NL = Official.of("nuts3", 2024, "NL")


def said_by(*words):
    """Return what the command says on either stream, and its exit code."""
    ran = CliRunner().invoke(cli.app, [*words], env={"COLUMNS": "400"})
    return ran.output, ran.exit_code


def refused(official):
    with pytest.raises(InputError) as error:
        boundaries.fetch(official)
    return str(error.value)


# What is fetched


def test_pages_are_asked_until_one_is_empty_and_become_one_file(services, monkeypatch):
    monkeypatch.setattr(boundaries, "PAGE", 4)
    place, about = boundaries.fetch(COROP)
    assert [query["startIndex"] for _, query, _ in services.asked] == ["0", "4", "8", "9"]
    assert services.asked[0][:2] == (
        services.WFS,
        {
            "service": "WFS",
            "version": "2.0.0",
            "request": "GetFeature",
            "typeNames": "gebiedsindelingen:coropgebied_gegeneraliseerd",
            "outputFormat": "application/json",
            "srsName": "EPSG:28992",
            "count": "4",
            "startIndex": "0",
        },
    )
    table = gpd.read_file(place)
    assert list(table.columns) == ["code", "name", "geometry"]
    assert table["code"].tolist() == services.squares(3)["statcode"].tolist()
    assert table["name"].tolist() == services.squares(3)["statnaam"].tolist()
    assert table.geometry.geom_equals(services.squares(3).geometry).all()
    assert table.crs.to_epsg() == 28992
    assert about.regions == 9


def test_a_server_that_gives_less_than_was_asked_for_loses_no_region(services):
    services.most = 2
    assert boundaries.fetch(COROP)[1].regions == 9


def test_what_is_known_of_it_stands_beside_it_for_its_owner_only(services):
    place, _ = boundaries.fetch(COROP)
    beside = json.loads(place.with_suffix(".json").read_text())
    assert {**beside, "fetched": None, "sha256": None} == {
        "source": services.url + services.WFS,
        "title": "CBS gebiedsindelingen, through PDOK",
        "licence": "© CBS, Kadaster; CC BY 4.0",
        "regions": 9,
        "crs": "EPSG:28992",
        "fetched": None,
        "sha256": None,
    }
    assert beside["sha256"] == cache.sha256(place)
    passed = datetime.now(UTC) - datetime.fromisoformat(beside["fetched"])
    assert -2 < passed.total_seconds() < 60
    # Nothing but these two is left.
    assert sorted(path.name for path in place.parent.iterdir()) == [
        "corop-2024.gpkg",
        "corop-2024.json",
    ]
    for path in (place, place.with_suffix(".json")):
        assert path.stat().st_mode & 0o777 == 0o600
    for folder in (place.parent, place.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_nuts_regions_are_one_file_of_which_a_country_may_be_taken(services):
    place, about = boundaries.fetch(NUTS3)
    assert about.regions == 4
    assert gpd.read_file(place).crs.to_epsg() == 3035
    place, about = boundaries.fetch(NUTS3_NL)
    assert place.name == "nuts3-2024-nl.gpkg"
    assert gpd.read_file(place)["code"].tolist() == ["NL411", "NL412"]
    assert about.licence == (
        "© EuroGeographics for the administrative boundaries; non-commercial use only"
    )


def test_a_country_without_regions_is_refused_with_those_there_are(services):
    assert refused(Official.of("nuts3", 2024, "NX")) == (
        "--country NX: has no regions in nuts3 of 2024; did you mean 'NL'? (there are: BE, DE, NL)"
    )


# What breaks off


def test_a_file_that_broke_off_is_taken_up_where_it_was(services):
    services.mishaps = [services.breaks_off(300)]
    _, about = boundaries.fetch(NUTS3)
    first, second = (headers for _, _, headers in services.asked)
    assert "Range" not in first
    assert (second["Range"], second["If-Range"]) == ("bytes=300-", '"one"')
    assert about.regions == 4


def test_a_file_that_changed_meanwhile_is_begun_again(services):
    def another_edition(_):
        services.etag = '"two"'
        services.nuts = services.geojson(gpd.read_file(services.nuts).iloc[:3], 3035)
        return "on"

    services.mishaps = [services.breaks_off(300), another_edition]
    _, about = boundaries.fetch(NUTS3)
    assert services.asked[1][2]["If-Range"] == '"one"'
    assert about.regions == 3


def test_a_file_without_a_strong_mark_is_begun_again(services):
    services.etag = 'W/"weak"'
    services.mishaps = [services.breaks_off(300)]
    assert boundaries.fetch(NUTS3)[1].regions == 4
    assert "Range" not in services.asked[1][2]


def test_what_came_is_kept_for_the_next_command(services):
    services.mishaps = [services.breaks_off(300), *[services.says(b"busy", 503)] * 3]
    assert refused(NUTS3) == (
        f"{services.url}{services.NUTS}: could not be fetched: the server said 503 Service "
        "Unavailable (tried 4 times). What came is kept; the same command goes on from there"
    )
    assert boundaries.fetch(NUTS3)[1].regions == 4
    assert services.asked[-1][2]["Range"] == "bytes=300-"


def test_pages_that_came_are_not_asked_again(services, monkeypatch):
    monkeypatch.setattr(boundaries, "PAGE", 4)
    services.mishaps = [services.on, *[services.says(b"", 500)] * 4]
    refused(COROP)
    services.asked.clear()
    assert boundaries.fetch(COROP)[1].regions == 9
    assert [query["startIndex"] for _, query, _ in services.asked] == ["4", "8", "9"]


def test_pages_of_another_day_are_asked_again(services, monkeypatch):
    monkeypatch.setattr(boundaries, "PAGE", 4)
    services.mishaps = [services.on, *[services.says(b"", 500)] * 4]
    refused(COROP)
    (page,) = cache.folder().glob("corop-2024.parts/page-0.json")
    os.utime(page, (0, 0))
    services.asked.clear()
    boundaries.fetch(COROP)
    assert services.asked[0][1]["startIndex"] == "0"


def test_ctrl_c_leaves_what_came(services, monkeypatch):
    monkeypatch.setattr(download, "CHUNK", 100)

    def stop(message, fraction):
        if fraction > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        boundaries.fetch(NUTS3, stop)
    assert str(stopped.value) == "Stopped. What came is kept; the same command goes on from there."
    told = []
    boundaries.fetch(NUTS3, lambda message, fraction: told.append((message, fraction)))
    assert int(services.asked[1][2]["Range"][6:-1]) > 0.25 * len(services.nuts)
    assert told[0][1] > 0.3
    assert told[-1] == ("Fetching nuts3-2024", 1.0)


def test_a_server_that_fails_in_passing_is_asked_again(services):
    services.mishaps = [services.says(b"oops", 500), services.says(b"busy", 429, Retry_After="0")]
    assert boundaries.fetch(COROP)[1].regions == 9


def test_a_server_that_is_not_there_is_told(services, monkeypatch):
    monkeypatch.setenv("NABIJ_BOUNDARIES", "http://127.0.0.1:9")
    assert refused(COROP).startswith("http://127.0.0.1:9/cbs/gebiedsindelingen/2024/wfs/v1_0?")
    assert "could not be fetched: no connection (Connection refused) (tried 4 times)" in refused(
        COROP
    )


# What is not what it should be


def test_a_year_that_is_not_published_names_those_to_try(services):
    asked = services.url + services.NUTS.replace("2024", "2022")
    assert refused(Official.of("nuts3", 2022)) == (
        f"{asked}: the server does not have it (404 Not Found). Is nuts3 of 2022 published? "
        "Years to try with --year: 2003, 2006, 2010, 2013, 2016, 2021, 2024"
    )
    assert len(services.asked) == 1


def test_a_layer_that_is_not_published_in_a_year_names_those_to_try(services):
    services.mishaps = [
        services.says(
            b'<?xml version="1.0" encoding="UTF-8"?>\n<ows:ExceptionReport version="2.0">'
        )
    ]
    assert re.sub(r"\?\S+:", ":", refused(COROP)) == (
        f"{services.url}{services.WFS}: the service has no such layer. Is corop of 2024 published? "
        "Years to try with --year: 2014, 2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, "
        "2024, 2025, 2026"
    )
    services.mishaps = [services.says(b"no", 400)]
    assert "(400 Bad Request). Is corop of 2024 published?" in refused(COROP)


def test_a_server_that_refuses_is_asked_once(services):
    services.mishaps = [services.says(b"no", 403)]
    assert refused(NUTS3) == f"{services.url}{services.NUTS}: the server refuses (403 Forbidden)"
    assert len(services.asked) == 1


@pytest.mark.parametrize(
    ("content", "begins"),
    [
        (b"<html>Onderhoud</html>", "<html>Onderhoud</html>"),
        (b"", ""),
        (b'{"type":"FeatureCollection","feat', '{"type":"FeatureCollection","feat'),
        (b'{"error": "none"}', '{"error": "none"}'),
        (b'{"type":"Topology","objects":{}}', '{"type":"Topology","objects":{}}'),
    ],
)
def test_an_answer_that_is_no_geojson_is_refused_and_not_kept(services, content, begins):
    services.mishaps = [services.says(content)]
    assert refused(NUTS3) == (
        f"{services.url}{services.NUTS}: the answer is no GeoJSON, or a part of it: it begins with "
        f"{begins!r}. Try again later; if it stays so, the service has changed"
    )
    assert not cache.all_fetched()
    assert boundaries.fetch(NUTS3)[1].regions == 4


def test_an_answer_in_degrees_is_refused(services):
    services.mishaps = [services.says(services.geojson(services.squares(3).to_crs(4326), 4326))]
    assert re.sub(r"\?\S+:", ":", refused(COROP)) == (
        f"{services.url}{services.WFS}: the answer is not in EPSG:28992 but in degrees; the "
        "service has changed"
    )


def test_an_answer_with_other_columns_is_refused(services):
    services.regions = services.squares(3).rename(columns={"statcode": "gebiedcode"})
    assert re.sub(r"\?\S+:", ":", refused(COROP)) == (
        f"{services.url}{services.WFS}: the answer has no statcode (its columns: gebiedcode, "
        "statnaam, rubriek); the service has changed"
    )
    services.regions = services.squares(3)
    assert boundaries.fetch(COROP)[1].regions == 9


def test_codes_that_are_no_text_are_refused(services):
    content = services.geojson(gpd.read_file(services.nuts), 3035)
    services.nuts = content.replace(b'"NL411"', b'["NL411", "x"]')
    said = refused(NUTS3)
    assert said == (
        f"{services.url}{services.NUTS}: codes or names are no text; the service has changed"
    )


def test_pages_that_overlap_are_refused(services, monkeypatch):
    monkeypatch.setattr(boundaries, "PAGE", 4)
    whole = services.regions
    services.mishaps = [services.on, services.says(services.geojson(whole.iloc[3:7], 28992))]
    assert refused(COROP) == (
        "corop-2024: 1 regions came more than once (such as CR04), so others may be missing; "
        "nothing was kept, fetch it again"
    )
    assert boundaries.fetch(COROP)[1].regions == 9


def test_a_service_without_any_region_is_refused(services):
    services.regions = services.squares(3).iloc[:0]
    assert refused(COROP) == "corop-2024: the service answered with no regions at all"
    services.nuts = b'{"type": "FeatureCollection", "features": []}'
    assert refused(NUTS3) == "nuts3-2024: the service answered with no regions at all"


@pytest.mark.parametrize("stated", [True, False])
def test_an_answer_that_is_too_large_is_not_taken(services, monkeypatch, stated):
    monkeypatch.setattr(boundaries, "MOST_BYTES", 1 << 20)

    def endless(request):
        request.send_response(200)
        if stated:
            request.send_header("Content-Length", str(1 << 40))
        request.end_headers()
        for _ in range(40):
            request.wfile.write(b" " * (1 << 16))

    services.mishaps = [endless]
    assert refused(NUTS3) == (
        f"{services.url}{services.NUTS}: is larger than 1 MB, far more than boundaries "
        "should be; it was not fetched"
    )
    assert [*cache.folder().iterdir()] == []


@pytest.mark.parametrize(
    "target", ["https://example.org/nuts", "http://localhost:1/nuts", "ftp://127.0.0.1/nuts"]
)
def test_a_redirect_to_elsewhere_is_not_followed(services, target):
    services.mishaps = [services.says(b"", 302, Location=target)]
    said = refused(NUTS3)
    assert len(services.asked) == 1
    assert said == (
        f"{services.url}{services.NUTS}: sends on to {target}, which is not https of the "
        "same host; it was not followed"
    )


def test_a_redirect_on_the_same_host_is_followed(services):
    services.mishaps = [services.says(b"", 302, Location=f"{services.NUTS}?again")]
    assert boundaries.fetch(NUTS3)[1].regions == 4


def test_a_redirect_to_a_file_is_not_followed(services):
    services.mishaps = [services.says(b"", 302, Location="file:///etc/passwd")]
    assert refused(NUTS3).startswith(f"{services.url}{services.NUTS}: the server refuses (302 ")


@pytest.mark.parametrize(
    "mirror", ["http://example.org", "ftp://127.0.0.1", "file:///tmp", "https://me:pw@host", "x"]
)
def test_a_mirror_must_be_https_or_this_machine(services, monkeypatch, mirror):
    monkeypatch.setenv("NABIJ_BOUNDARIES", mirror)
    assert refused(COROP) == (
        "NABIJ_BOUNDARIES: is no address that can be asked; write https://HOST, or "
        "http://127.0.0.1:PORT for a mirror on this machine"
    )


def test_two_that_fetch_the_same_do_not_meet(services):
    place = cache.place_of(COROP)
    place.parent.mkdir(parents=True)
    held = (
        "import sys; from pathlib import Path; from nabij.workplace import claim\n"
        "with claim(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", held, str(place)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout.readline() == "held\n"
        said = refused(COROP)
        other.stdin.close()
    assert said.startswith("corop-2024.gpkg: another run (process ")
    assert said.endswith("is writing here; wait until it is done")
    assert services.asked == []


# The commands


def test_the_command_ends_with_the_block_to_paste(services):
    said, code = said_by("regions", "fetch", "corop", "--year", "2024")
    assert code == 0, said
    assert said.splitlines() == [
        f"corop-2024: 9 regions of CBS gebiedsindelingen, through PDOK, in {cache.place_of(COROP)}",
        f"From {services.url}{services.WFS}",
        "Licence: © CBS, Kadaster; CC BY 4.0",
        "",
        "In a study, below the coarser levels:",
        "",
        "[[regions]]",
        'official = "corop-2024"',
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("coropp",),
            "'coropp' is no level of official regions; did you mean 'corop'? (there are: "
            "provincie, corop, gemeente, wijk, buurt, nuts2, nuts3)",
        ),
        (("corop", "--country", "NL"), "corop is of one country; leave the country out"),
        (("nuts3", "--country", "NLD"), "'NLD' is no code of a country, such as NL or DE"),
    ],
)
def test_a_wrong_level_or_country_is_refused_before_anything_is_asked(services, words, said):
    output, code = said_by("regions", "fetch", *words, "--year", "2024")
    assert (output.strip(), code) == (f"Error: regions fetch: {said}", 2)
    assert services.asked == []


def test_list_shows_what_was_fetched_and_what_is_no_longer_so(services):
    assert said_by("regions", "list")[0] == (
        f"No official regions in {cache.folder()} yet. Fetch some, for instance with:  "
        "nabij regions fetch corop --year 2024\n"
    )
    boundaries.fetch(COROP)
    place, _ = boundaries.fetch(NUTS3_NL)
    place.write_bytes(place.read_bytes() + b"x")
    said, code = said_by("regions", "list")
    today = datetime.now(UTC).date()
    assert code == 0
    assert said.splitlines()[:3] == [
        f"corop-2024: 9 regions, year 2024, fetched {today}",
        f"  CBS gebiedsindelingen, through PDOK: {services.url}{services.WFS}",
        "  © CBS, Kadaster; CC BY 4.0",
    ]
    assert said.splitlines()[3].startswith(f"nuts3-2024-nl: cannot be used: {place}: is not as it")


# Studies

OFFICIAL = [{"official": "corop-2024"}]


def test_a_study_with_official_regions_runs_and_tells_their_licence(services, country):
    boundaries.fetch(COROP)
    services.asked.clear()
    result = nabij.run(
        country.study(regions=OFFICIAL, output={"language": "nl"}, report={"formats": ["html"]})
    )
    assert services.asked == []
    assert result.regions["level"].unique().tolist() == ["corop"]
    assert sorted(result.regions["name"].unique()) == sorted(services.squares(3)["statnaam"])
    own = nabij.run(country.study(regions=country.content()["regions"][:1]))
    ours, theirs = (
        each.regions.sort_values("code")["location_quotient"].tolist() for each in (result, own)
    )
    assert ours == pytest.approx(theirs, nan_ok=True)
    today = datetime.now(UTC).date()
    assert (
        f"corop: official regions corop-2024 of CBS gebiedsindelingen, through PDOK, fetched on "
        f"{today}. Licence: © CBS, Kadaster; CC BY 4.0. Name this source where you publish them."
    ) in [str(note) for note in prepare(country.study(regions=OFFICIAL)).notes]
    nabij.save(result, country.folder / "out")
    for page in ("report.html", "result.json"):
        text = next((country.folder / "out").rglob(page)).read_text(encoding="utf-8")
        assert "© CBS, Kadaster; CC BY 4.0" in text


def test_a_study_with_regions_that_were_not_fetched_says_what_to_type(services, country):
    official = [{"official": "corop-2024"}, {"official": "nuts3-2024-nl", "level": "nuts"}]
    with pytest.raises(InputError) as error:
        prepare(country.study(regions=official))
    assert str(error.value).splitlines() == [
        "corop-2024: these official regions are not on this machine yet ([[regions]] level = "
        "'corop' official); a run asks no other computer, so fetch them first with:  nabij regions "
        "fetch corop --year 2024",
        "nuts3-2024-nl: these official regions are not on this machine yet ([[regions]] level = "
        "'nuts' official); a run asks no other computer, so fetch them first with:  nabij regions "
        "fetch nuts3 --year 2024 --country NL",
    ]
    assert services.asked == []


def test_a_file_that_changed_since_it_was_fetched_is_not_used(services, country):
    place, about = boundaries.fetch(COROP)
    services.squares(2).rename(columns={"statcode": "code", "statnaam": "name"}).to_file(place)
    with pytest.raises(InputError) as error:
        prepare(country.study(regions=OFFICIAL))
    assert str(error.value) == (
        f"{place}: is not as it was fetched (SHA-256 {cache.sha256(place)[:12]}..., expected "
        f"{about.sha256[:12]}...); fetch it again with:  nabij regions fetch corop --year 2024"
    )
    boundaries.fetch(COROP)
    assert len(prepare(country.study(regions=OFFICIAL)).population.layers["corop"]) == 9


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"sha256": 1}'])
def test_a_damaged_record_is_told(services, country, content):
    place, _ = boundaries.fetch(COROP)
    place.with_suffix(".json").write_bytes(content)
    with pytest.raises(InputError) as error:
        prepare(country.study(regions=OFFICIAL))
    assert str(error.value) == (
        f"{place.with_suffix('.json')}: is damaged; fetch it again with:  nabij regions fetch "
        "corop --year 2024"
    )


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (
            {"official": "corop-2024", "path": "regions.gpkg", "layer": "region"},
            "[[regions]] number 1: official regions have their own path and layer; give either "
            "official or path with what belongs to it",
        ),
        (
            {"official": "corop"},
            "[[regions]] number 1: official is 'corop'; write a level and a year, such as "
            '"corop-2024", or with a country, such as "nuts3-2024-nl"',
        ),
        (
            {"official": "../../x-2024"},
            "[[regions]] number 1: official is '../../x-2024'; write a level and a year, such as "
            '"corop-2024", or with a country, such as "nuts3-2024-nl"',
        ),
        (
            {"official": "gementee-2024"},
            "[[regions]] number 1: official 'gementee' is no level of official regions; did you "
            "mean 'gemeente'? (there are: provincie, corop, gemeente, wijk, buurt, nuts2, nuts3)",
        ),
        (
            {"level": "corop", "code": "code"},
            "[[regions]] number 1 path: missing; add it, or official for official regions, such as "
            '"corop-2024"',
        ),
    ],
)
def test_a_block_has_either_a_file_or_official_regions(country, block, said):
    with pytest.raises(InputError) as error:
        country.study(regions=[block])
    assert str(error.value) == f"study: {said}"


# The promise

WATCH = """
import os, sys

def told(event, values):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
                 "urllib.Request"):
        with open(os.environ["NABIJ_WATCHED"], "a") as file:
            print(event, values[-1], file=file)

sys.addaudithook(told)
"""


def test_a_run_opens_no_connection_and_only_fetching_does(services, country, tmp_path):
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)  # in every Python that starts
    watched = tmp_path / "watched"
    paths = [str(tmp_path / "watch"), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {
        **os.environ, "PYTHONPATH": os.pathsep.join(paths), "NABIJ_WATCHED": str(watched)
    }  # fmt: skip
    (country.folder / "study.toml").write_text(
        '[register]\npath = "register.csv"\nid = "id"\ncode = "sbi"\nx = "x"\ny = "y"\n'
        'jobs = "jobs"\ncrs = "EPSG:28992"\n[sector]\nname = "A"\ncodes = ["26", "27"]\n'
        '[[regions]]\nofficial = "corop-2024"\n[clusters]\nrelabellings = 19\nruns = 1\n'
        '[output]\nformats = ["png"]\n[report]\nformats = ["html"]\n'
    )

    def command(*words):
        ran = subprocess.run(
            [sys.executable, "-m", "nabij", *words],
            cwd=country.folder, capture_output=True, text=True, timeout=300, env=env,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr

    command("regions", "fetch", "corop", "--year", "2024")
    assert "socket.connect" in watched.read_text()
    watched.unlink()
    command("run", "study.toml", "--out", "out")
    assert (country.folder / "out" / "result.json").is_file()
    assert not watched.exists(), watched.read_text()
