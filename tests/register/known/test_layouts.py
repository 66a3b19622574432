"""Every known register runs from its own files to a result, with one word in the study."""

import nabij
from nabij import Study


def run(made, folder, **more):
    return nabij.run(Study.from_dict(made.study(**more), folder=folder))


def counted(result, group):
    return {str(why): n for why, n in result.provenance.counts[group].items()}


def notes(result):
    return " ".join(str(note) for note in result.provenance.notes)


def test_each_layout_runs_end_to_end(layout, make, tmp_path):
    made = make(*layout)
    result = run(made, tmp_path)
    counts = result.provenance.counts
    assert counts["rows_kept"] == made.kept
    assert counted(result, "set_aside") == made.aside
    told = {why: n for why, n in made.rejected.items() if n}
    rejected = counted(result, "rejected")
    assert {why: rejected[why] for why in told} == told
    unusable = sum(rejected.values()) + sum(made.aside.values())
    assert counts["rows_read"] == made.kept + unusable
    sector = result.sectors.iloc[0]
    assert 10 < sector["establishments"] < made.kept
    assert sector["mean_d_score"] > 0
