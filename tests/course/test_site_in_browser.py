"""The site in Chromium, with every address but its own refused: whole, legible, for everyone."""

from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import bs4
import pytest
from axe_playwright_python.sync_playwright import Axe

from utils import paths
from utils.course.run import write_site

RULES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}  # of axe; {}: all
WIDTHS = (390, 1280, 1920)  # of a phone, a laptop, a projector


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site, made from the saved outputs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "BUILD", tmp_path_factory.mktemp("build"))
        patch.setattr(paths, "SITE", paths.BUILD / "site")
        return write_site().parent


@pytest.fixture(scope="module")
def pages(site):
    """{its path in the site: a page, parsed}; slides have tests of their own."""
    return {
        path.relative_to(site).as_posix(): bs4.BeautifulSoup(path.read_bytes(), "html.parser")
        for path in sorted(site.rglob("*.html"))
        if path.relative_to(site).parts[0] not in ("_static", "slides")
    }


@pytest.fixture(scope="module")
def address(site, serve):
    return serve(site)


@pytest.fixture(scope="module")
def seen(browser, address, pages, listen):
    """{kind of fault: what was found of it on any page}, each page loaded once."""
    found = {"loading": [], "width": [], "axe light": [], "axe dark": []}
    for name in pages:
        page = browser.new_page()
        listen(page, address, lambda fault, name=name: found["loading"].append(f"{name} {fault}"))
        page.goto(urljoin(address, name), wait_until="networkidle")
        page.add_style_tag(content="* { transition: none !important }")
        for scheme, rules in RULES.items():
            page.emulate_media(color_scheme=scheme)
            for one in Axe().run(page, options=rules | {"preload": False}).response["violations"]:
                where = [node["html"][:100] for node in one["nodes"]]
                found[f"axe {scheme}"].append(f"{name}: {one['id']} x {len(where)}: {where[0]}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            needed = page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                found["width"].append(f"{name}: {needed} pixels at {width}")
        for picture in page.eval_on_selector_all("img", BROKEN):
            found["loading"].append(f"{name} cannot show {picture}")
        page.close()
    return found


BROKEN = "all => all.filter(one => one.complete && !one.naturalWidth).map(one => one.src)"


def test_the_site_has_a_page_for_every_notebook_and_one_for_its_claims(pages):
    for path in (*paths.LESSONS, *paths.APPLICATIONS):
        name = path.relative_to(paths.ROOT).with_suffix(".html").as_posix()
        assert name in pages
    assert "notebooks/README.html" in pages and "search.html" in pages


def test_every_link_leads_somewhere(pages, site):
    broken = []
    for name, page in pages.items():
        for link in page.select("a[href]"):
            target, fragment = urldefrag(urljoin(f"http://site/{name}", link["href"]))
            if urlsplit(target).netloc != "site":
                continue
            inside = unquote(urlsplit(target).path)[1:] or "index.html"
            if not (site / inside).exists():
                broken.append(f"{name} -> {inside}")
            elif fragment and inside in pages and not pages[inside].find(id=fragment):
                broken.append(f"{name} -> {inside}#{fragment}")
    assert broken == []


def test_every_picture_has_a_description(pages):
    for name, page in pages.items():
        for picture in page.select("main img"):
            alt = picture.get("alt", "")
            assert alt and not alt.endswith(".png"), f"{name}: {picture['src']}"


def test_nothing_is_fetched_and_nothing_fails(seen):
    assert seen["loading"] == []


def test_no_page_scrolls_sideways(seen):
    assert seen["width"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_cannot_see_well_stumbles_over_nothing(seen, scheme):
    assert seen[f"axe {scheme}"] == []
