"""What tests of notebooks and pages share: a course in an empty folder, and a browser."""

import contextlib
import functools
import http.server
import shutil
import threading

import nbformat
import pytest
from playwright.sync_api import sync_playwright

from utils import paths
from utils.course import site


class Course:
    """root: its folder, with notebooks/ and build/."""

    def __init__(self, root, monkeypatch):
        self.root, self.notebooks, self.build = root, root / "notebooks", root / "build"
        for name, path in {
            "ROOT": root,
            "NOTEBOOKS": self.notebooks,
            "SOLUTIONS": self.notebooks / "solutions",
            "HOMEWORK": self.notebooks / "homework",
            "BUILD": self.build,
            "SITE": self.build / "site",
        }.items():
            monkeypatch.setattr(paths, name, path)
        monkeypatch.setattr(
            paths, "APPLICATIONS", [self.notebooks / "applications" / "01_river.ipynb"]
        )
        monkeypatch.setattr(paths, "LESSONS", [])
        self.notebooks.mkdir()

    def write_application(self, name, *cells):
        """As `write_notebook`, notebooks/applications/NAME.ipynb with its picture."""
        picture = self.notebooks / "applications" / "pictures" / f"{name}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(b"PNG")
        return self.write_notebook(f"applications/{name}", *cells)

    def write_notebook(self, name, *cells):
        """Write notebooks/NAME.ipynb with a heading and code cells; return its path."""
        notebook = nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_markdown_cell(f"# {name} & more"),
                *map(nbformat.v4.new_code_cell, cells),
            ]
        )
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        path = self.notebooks / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path


@pytest.fixture
def no_sphinx(monkeypatch):
    """The site is its sources: build/site/index.md has what the front page says."""
    monkeypatch.setattr(site, "_call_sphinx", shutil.copytree)


@pytest.fixture
def course(tmp_path, monkeypatch):
    return Course(tmp_path, monkeypatch)


CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture(scope="module")  # its event loop, as long as it runs, is in the way of nbclient
def browser():
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *about):
        pass

    def copyfile(self, source, outputfile):
        with contextlib.suppress(BrokenPipeError):  # a page was closed before it had all
            super().copyfile(source, outputfile)


@pytest.fixture(scope="module")
def serve():
    """A function that serves a folder, and returns its address."""
    with contextlib.ExitStack() as servers:

        def serve(folder):
            handler = functools.partial(Quiet, directory=folder)
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            servers.enter_context(server)
            servers.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            return f"http://127.0.0.1:{server.server_port}/"

        yield serve


@pytest.fixture(scope="session")
def listen():
    """A function that has `report` told what goes wrong while a page is loaded.

    No address answers that does not begin with the one given.
    """

    def listen(page, address, report):
        def answer(route):
            if route.request.url.startswith(address):
                route.continue_()
            else:
                report(f"asks for {route.request.url}")
                route.abort()

        page.route("**/*", answer)
        page.on("console", lambda said: said.type in ("error", "warning") and report(said.text))
        page.on("pageerror", lambda error: report(str(error)))
        page.on("response", lambda got: got.status >= 400 and report(f"lacks {got.url}"))

    return listen
