"""Which row of one table belongs to which of another, found by DuckDB, which spills to disk."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from nabij.proximity.work import default_threads
from nabij.workplace import scratch


def first_alike(ours: pa.Array, theirs: pa.Array) -> tuple[np.ndarray, int]:
    """Return for each of our texts the place of the first of theirs that is the same.

    Parameters
    ----------
    ours, theirs : pyarrow.Array of text
        Shapes (n,) and (m,). An empty text is like no other.

    Returns
    -------
    place : numpy.ndarray of int64, shape (n,)
        -1 where there is none.
    more : int
        How many of theirs are the same as one of ours, but not the first.

    Examples
    --------
    >>> first_alike(pa.array(["a", "b", "", "a"]), pa.array(["c", "a", "", "a"]))
    (array([ 1, -1, -1,  1]), 1)
    """
    import duckdb  # which few studies need

    tables = {
        name: pa.table({"place": np.arange(len(texts)), "text": texts})
        for name, texts in (("ours", ours), ("theirs", theirs))
    }
    limits = {"threads": default_threads(), "autoinstall_known_extensions": False}
    with (
        scratch() as folder,
        duckdb.connect(config={**limits, "temp_directory": str(folder)}) as base,
    ):
        try:
            for name, table in tables.items():
                base.register(name, table)
            base.execute(
                "create temp table firsts as select text, min(place) as place, count(*) - 1 as more"
                " from theirs where text <> '' and text in (select text from ours) group by text"
            )
            more = base.sql("select coalesce(sum(more), 0) from firsts").fetchall()[0][0]
            found = base.sql(
                "select coalesce(firsts.place, -1) as place"
                " from ours left join firsts using (text) order by ours.place"
            ).fetchnumpy()["place"]
        except duckdb.OutOfMemoryException:
            raise MemoryError from None
    return np.asarray(found, dtype=np.int64), int(more)
