"""A server on this machine that plays the services of official boundaries, and can misbehave."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import pytest
import shapely

from nabij.outside import download

WFS = "/cbs/gebiedsindelingen/2024/wfs/v1_0"
NUTS = "/distribution/v2/nuts/geojson/NUTS_RG_01M_2024_3035_LEVL_3.geojson"


def geojson(table, crs):
    """Return a table as these services write it: not in degrees, and saying so."""
    content = json.loads(table.to_json(drop_id=True))
    content["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}}
    return json.dumps(content).encode()


class Services:
    """What the server gives, and what it was asked.

    Attributes
    ----------
    regions : GeoDataFrame
        Of the WFS: ``statcode, statnaam``.
    nuts : bytes
        The file of NUTS regions, with the mark `etag`.
    most : int
        Regions in a page at most.
    mishaps : list of callable
        Taken one a request: is given the request and answers in place of the server, unless it
        returns "on".
    asked : list of (path, query, headers)
    """

    WFS, NUTS = WFS, NUTS

    def __init__(self, regions, nuts):
        self.regions, self.nuts, self.etag, self.most = regions, nuts, '"one"', 1000
        self.mishaps, self.asked, self.url = [], [], ""

    def answer(self, request):
        parts = urlsplit(request.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.asked.append((parts.path, query, dict(request.headers)))
        if self.mishaps and self.mishaps.pop(0)(request) != "on":
            return
        if parts.path == WFS:
            start = int(query["startIndex"])
            count = min(int(query["count"]), self.most)
            send(request, geojson(self.regions.iloc[start : start + count], 28992))
        elif parts.path == NUTS:
            self.file(request)
        else:
            send(request, b"no", 404)

    def file(self, request):
        """Answer with the file, or with its rest where that is asked for and still fits."""
        asked, marked = request.headers.get("Range"), request.headers.get("If-Range")
        start = int(asked[6:-1]) if asked and marked == self.etag else 0
        more = {"ETag": self.etag}
        if start:
            size = len(self.nuts)
            more["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        send(request, self.nuts[start:], 206 if start else 200, more)

    def breaks_off(self, after):
        """Return a mishap: the connection ends after so many bytes of the NUTS file."""

        def mishap(request):
            request.send_response(200)
            request.send_header("Content-Length", str(len(self.nuts)))
            request.send_header("ETag", self.etag)
            request.end_headers()
            request.wfile.write(self.nuts[:after])

        return mishap


def send(request, content, status=200, more=None):
    request.send_response(status)
    request.send_header("Content-Length", str(len(content)))
    for key, value in (more or {}).items():
        request.send_header(key, value)
    request.end_headers()
    request.wfile.write(content)


def says(content, status=200, **more):
    """Return a mishap: another answer."""
    headers = {key.replace("_", "-"): value for key, value in more.items()}
    return lambda request: send(request, content, status, headers)


def on(request):
    return "on"


def squares(side):
    """Return the made-up country of the other tests as the WFS has it."""
    step = 80_000.0 / side
    west, south = ([start + at * step for at in range(side)] for start in (100_000.0, 400_000.0))
    boxes = [shapely.box(x, y, x + step, y + step) for y in south for x in west]
    codes = [f"CR{number:02d}" for number in range(1, side * side + 1)]
    content = {"statcode": codes, "statnaam": [f"Streek {code}" for code in codes]}
    return gpd.GeoDataFrame({**content, "rubriek": "coropgebied"}, geometry=boxes, crs="EPSG:28992")


def nuts():
    """Return a few made-up regions of three countries as GISCO has them."""
    codes = ["NL411", "NL412", "DEA1A", "BE211"]
    boxes = [shapely.box(4e6 + at * 1e4, 3.1e6, 4e6 + at * 1e4 + 1e4, 3.2e6) for at in range(4)]
    content = {"NUTS_ID": codes, "NUTS_NAME": codes, "CNTR_CODE": [code[:2] for code in codes]}
    return gpd.GeoDataFrame(content, geometry=boxes, crs="EPSG:3035")


Services.says, Services.on = staticmethod(says), staticmethod(on)
Services.geojson, Services.squares = staticmethod(geojson), staticmethod(squares)


@contextmanager
def serving(services):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            services.answer(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    services.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def services(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(download, "WAITS", (0.0, 0.0, 0.0))
    # As text of some size, so that it comes in pieces.
    content = geojson(nuts(), 3035).replace(b", ", b",     ")
    with serving(Services(squares(3), content)) as running:
        monkeypatch.setenv("NABIJ_BOUNDARIES", running.url)
        yield running
