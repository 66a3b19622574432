import pytest

import nabij
from nabij.demo import comparisons, make
from nabij.views.choose import views_of

QUARTER = 250_000


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    path = make(tmp_path_factory.mktemp("quarter"), establishments=QUARTER)
    return views_of(nabij.run(nabij.Study.from_toml(path)))


@pytest.fixture(scope="module")
def computed(results):
    return {(row.sector, row.what): row.computed for row in comparisons(results)}


def test_every_row_says_whether_it_was_calibrated(results):
    rows = comparisons(results)
    assert len(rows) == 19
    assert {row.origin for row in rows} == {"calibrated", "came out"}
    assert all(row.what and row.published and row.computed for row in rows)


def test_comparisons_take_any_order_and_one_of_the_two(results):
    rows = comparisons(results)
    assert comparisons(results[::-1]) == rows
    assert comparisons(results[:1]) == rows[:10]


@pytest.mark.parametrize(("which", "published"), [(0, 0.0185), (1, 0.026)])
def test_the_mean_d_score_is_the_articles(results, which, published):
    assert results[which].sector.mean_d_score == pytest.approx(published, rel=0.03)


def test_computed_figures_are_the_results_own(results, computed):
    row = results[0].focus.row
    assert computed["Brainport", "location quotient there"] == f"{row['location_quotient']:.2f}"


@pytest.mark.parametrize(("which", "low", "high"), [(0, 600, 640), (1, 11_700, 11_999)])
def test_the_focus_region_has_its_establishments(results, which, low, high):
    share = QUARTER / 1_000_000
    assert low * share <= results[which].focus.row["sector_establishments"] <= high * share


def test_twente_is_slightly_more_specialised_than_zuidoost_noord_brabant(results):
    regions = results[0].regions.set_index("name")["location_quotient"]
    assert 1.5 < regions["Zuidoost-Noord-Brabant"] < regions["Twente"] < 1.8


def test_no_region_stands_out_on_brainport_and_amsterdam_does_on_creative_services(results):
    brainport, creative = (result.findings for result in results)
    assert not brainport.region_stands_out
    assert set(creative.stands_out_on) == {"mean_d_score", "location_quotient", "sector_jobs"}


def test_zuidoost_noord_brabant_has_most_jobs_in_brainport(computed):
    most = computed["Brainport", "region with most jobs of the sector"]
    assert most.startswith("Zuidoost-Noord-Brabant")


def test_size_classes_are_the_articles(computed):
    at_least_5 = computed["Brainport", "establishments there with at least 5 jobs"]
    assert at_least_5 in ("33%", "34%")
    assert computed["Brainport", "establishments there with 50 jobs and more"] == "10%"
    below_5 = computed["Creative services", "establishments there with fewer than 5 jobs"]
    assert below_5 == "96%"


def test_the_named_creative_neighbourhoods_are_the_articles(results):
    hoods = results[1].focus.neighbourhoods
    assert set(hoods.loc[hoods["named"], "name"]) == {
        "Oostelijk Havengebied",
        "Landlust",
        "Jordaan",
        "Oude Pijp",
        "Nieuwe Pijp",
        "Grachtengordel",
        "Haarlemmerbuurt",
        "Staatsliedenbuurt",
        "Oostelijke Eilanden",
        "Nieuwmarkt/Lastage",
    }


def test_the_article_neighbourhoods_lead_in_brainport(results):
    hoods = results[0].focus.neighbourhoods.nlargest(3, "sector_establishments")
    assert set(hoods["name"]) == {"Ekkersrijt", "Hurk", "Hoogeind"}


def test_no_row_is_rejected_and_none_is_outside_a_region(results):
    for result in results:
        assert len(result.rejected) == 0
        assert set(result.provenance.counts["outside_regions"].values()) == {0}
        assert set(result.provenance.counts["in_several_regions"].values()) == {0}
