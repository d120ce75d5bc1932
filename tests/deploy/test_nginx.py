"""nginx with the deployment's files: the site as it was published, and Dagster behind a log-in."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from support.deployment import DEPLOY, need
from support.nginx import running_nginx

from resources.site import Site

DAY = date(2026, 11, 19)
NAME, PASSWORD = "ana", "correct horse"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with an index and a report of a day."""
    folder = tmp_path_factory.mktemp("site")
    Site(folder).publish_index({"index.html": "<p>All scopes</p>"})
    Site(folder).publish("ana", DAY, {"index.html": "<p>Zoë</p>", "data/burnup.csv": "day,open\n"})
    (folder / "ana" / ".htaccess").write_text("secret")
    return folder


@pytest.fixture(scope="module")
def served(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The site behind nginx."""
    folder = tmp_path_factory.mktemp("nginx")
    with (
        running_nginx(DEPLOY / "nginx" / "site.conf", {"/srv/site": str(site)}, folder) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        yield client


@pytest.mark.parametrize("page", ["/", "/ana/latest/", f"/ana/{DAY}/", f"/ana/{DAY}/index.html"])
def test_pages_are_found_through_their_links(served: httpx.Client, page: str) -> None:
    answer = served.get(page)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text in ("<p>All scopes</p>", "<p>Zoë</p>")


def test_data_is_served_as_what_it_is(served: httpx.Client) -> None:
    answer = served.get("/ana/latest/data/burnup.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"
    assert "1." not in answer.headers["server"]


@pytest.mark.parametrize("hidden", ["/ana/.htaccess", "/.index/current/index.html", "/ana/.lock"])
def test_hidden_files_are_not_served(served: httpx.Client, hidden: str) -> None:
    assert served.get(hidden).status_code == 404


@pytest.mark.parametrize("folder", ["/ana/", "/ana/latest/data/"])
def test_folders_are_not_listed(served: httpx.Client, folder: str) -> None:
    assert served.get(folder).status_code in (403, 404)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "MKCOL"])
def test_nothing_can_be_written_through_the_server(served: httpx.Client, method: str) -> None:
    assert served.request(method, "/ana/latest/index.html").status_code in (403, 405)


def test_the_health_check_answers(served: httpx.Client) -> None:
    assert served.get("/health").status_code == 204


class Upstream(BaseHTTPRequestHandler):
    """Stands for Dagster's web server: says what it was sent."""

    def do_GET(self) -> None:
        said = [str(self.headers.get(name)) for name in ("Authorization", "Upgrade", "Connection")]
        body = "|".join(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A web server behind nginx with TLS and basic authentication."""
    folder = tmp_path_factory.mktemp("proxy")
    openssl = need("openssl")
    crypt = subprocess.check_output([openssl, "passwd", "-6", PASSWORD], text=True)
    (folder / "phlogiston.users").write_text(f"{NAME}:{crypt}")
    make = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    files = ["-keyout", folder / "phlogiston.key", "-out", folder / "phlogiston.crt"]
    subprocess.run(
        [*make, *files, "-subj", "/CN=phlogiston.example.org"], check=True, capture_output=True
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as upstream:
        threading.Thread(target=upstream.serve_forever, args=(0.05,), daemon=True).start()
        places = {
            "/etc/nginx": str(folder),
            "http://127.0.0.1:3000": f"http://127.0.0.1:{upstream.server_address[1]}",
        }
        with (
            running_nginx(DEPLOY / "nginx" / "dagster.conf", places, folder) as port,
            httpx.Client(base_url=f"https://127.0.0.1:{port}", verify=False) as client,
        ):
            yield client
        upstream.shutdown()


@pytest.mark.parametrize("path", ["/", "/graphql", "/server_info", "/logs/any"])
def test_nobody_comes_in_without_a_log_in(dagster: httpx.Client, path: str) -> None:
    assert dagster.get(path).status_code == 401
    assert dagster.get(path, auth=(NAME, "wrong")).status_code == 401


def test_who_has_logged_in_comes_in_and_the_password_goes_no_further(dagster: httpx.Client) -> None:
    answer = dagster.get("/graphql", auth=(NAME, PASSWORD))
    assert answer.status_code == 200
    assert answer.text.split("|")[0] in ("None", "")


def test_the_pages_live_connection_is_passed_on(dagster: httpx.Client) -> None:
    headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
    answer = dagster.get("/graphql", auth=(NAME, PASSWORD), headers=headers)
    assert answer.text.split("|")[1:] == ["websocket", "upgrade"]
