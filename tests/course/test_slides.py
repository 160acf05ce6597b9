"""What becomes of a cell, and every slide of every lesson in Chromium: whole, large, offline."""

import base64
import io
import re

import nbformat
import pytest
from PIL import Image

from utils import paths
from utils.__main__ import main
from utils.course import slides

KINDS = {"slide", "subslide", "fragment", "notes", "skip"}


def markdown(source, kind=None):
    metadata = {"slideshow": {"slide_type": kind}} if kind else {}
    return nbformat.v4.new_markdown_cell(source, metadata=metadata)


def code(source, *outputs, kind=None):
    metadata = {"slideshow": {"slide_type": kind}} if kind else {}
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata=metadata)


def printed(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def drawn(alt, size=(400, 100)):
    picture = io.BytesIO()
    Image.new("RGB", size).save(picture, "PNG")
    data = {"image/png": base64.b64encode(picture.getvalue()).decode(), "text/plain": alt}
    return nbformat.v4.new_output(
        "execute_result", data=data, metadata={"image/png": {"alt": alt}}, execution_count=1
    )


def deck(*cells):
    return slides.deck(nbformat.v4.new_notebook(cells=list(cells)))


def text(part):
    return re.sub(r"<[^>]+>", "", part).strip()


def seen(slide):
    """[(text of a part, whether it is a step)]."""
    return [(text(part), step) for part, step in slide.parts]


def test_prose_is_for_the_speaker_and_the_rest_is_seen():
    asked = "How many gates may there be in all?"
    (slide,) = deck(markdown(f"# Gates\n\nProse.\n\n$$a=b$$\n\nOne more. {asked}\n\n- three"))
    assert slide.title == "Gates"
    assert seen(slide) == [
        (r"\[a=b\]", False),
        (asked, False),
        ("three", False),
    ]
    assert [text(note) for note in slide.notes] == [
        "Prose.",
        f"One more. {asked}",
    ]


def test_code_comes_first_then_its_result_then_what_follows_from_it():
    _, slide, following = deck(
        markdown("# A lesson\n\n- a goal"),
        markdown("## A section\n\nLook. What do you expect to be printed?"),
        code("print(1 + 1)", printed("2\n")),
        markdown("It is two, as expected. This is more.\n\nNow three."),
        code("print(3)", printed("3")),
    )
    assert seen(slide) == [
        ("What do you expect to be printed?", False),
        ("print(1 + 1)", False),
        ("2", True),
        ("It is two, as expected.", True),
    ]
    assert [text(note) for note in slide.notes][1:] == ["It is two, as expected. This is more."]
    assert following.title == "A section" and text(following.notes[0]) == "Now three."


def test_an_answer_is_seen_although_its_paragraph_goes_on():
    asked = "Look.\n\nDoes the layer take the same step as ours?"
    goes_on = f"It does. But {'the ' * 40}default differs. The candidate is then:\n\n$$h=1$$"
    _, slide, equation = deck(
        markdown("# A lesson\n\n- a goal"),
        markdown(f"## A section\n\n{asked}"),
        code("print(3)", printed("3")),
        markdown(goes_on),
        code("print(4)", printed("4")),
    )
    assert seen(slide)[-1] == ("It does.", True)
    assert seen(equation)[0] == ("The candidate is then:\n\n\\[h=1\\]", False)


def test_an_equation_leaves_room_for_the_picture_below_it():
    _, slide = deck(
        markdown("# A lesson\n\n- a goal"),
        markdown("## A section\n\nThe gate forgets:\n\n$$f=1$$"),
        code("figures.show(1)", drawn("A gate.")),
    )
    assert [part for part, _ in seen(slide)] == [r"\[f=1\]", ""]


@pytest.mark.parametrize(
    ("said", "lead"),
    [
        ("We train.", ["We train."]),
        ("All is ready. We train.", []),
        ("All is ready. We train:", ["We train:"]),
        (f"All is ready. We {'really ' * 20}train:", []),
    ],
)
def test_above_code_stands_a_short_sentence_that_introduces_it(said, lead):
    _, slide = deck(markdown("# A lesson\n\n- a goal"), markdown(f"## A\n\n{said}"), code("x = 1"))
    assert [part for part, _ in seen(slide)] == [*lead, "x = 1"]


def test_drawing_asserting_and_importing_code_is_left_out():
    title, slide = deck(
        markdown("# A lesson\n\n- a goal"),
        code("import numpy as np\nfrom utils import reproducible\n\nreproducible.set_up(0)"),
        markdown("## A section"),
        code(
            "# within 0.1: it differs\ny = x**2\nassert y > 0\naxes = y.plot()\naxes.set(ylim=2)",
            drawn("A parabola."),
        ),
    )
    assert [part for part, _ in seen(title)] == ["a goal"]
    (source, _), (picture, step) = slide.parts
    assert text(source) == "y = x**2"
    assert 'alt="A parabola."' in picture and step


@pytest.mark.parametrize(
    ("kind", "seen_parts", "notes"),
    [
        (None, [], ["Prose."]),
        ("slide", [("Prose.", False)], []),
        ("subslide", [("Prose.", False)], []),
        ("fragment", [("Prose.", True)], []),
        ("notes", [], ["Prose."]),
        ("skip", [], []),
    ],
)
def test_what_a_cell_of_text_says_wins(kind, seen_parts, notes):
    made = deck(markdown("# A lesson\n\n- a goal"), markdown("Prose.", kind))
    parts = [part for slide in made for part in seen(slide)]
    assert parts == [("a goal", False), *seen_parts]
    assert [text(note) for slide in made for note in slide.notes] == notes
    assert [slide.below for slide in made] == [False, kind == "subslide"][: len(made)]
    assert len(made) == (2 if kind in ("slide", "subslide") else 1)


@pytest.mark.parametrize(
    ("kind", "parts", "notes"),
    [
        (None, ["x = 1", "1"], []),
        ("slide", ["x = 1\naxes.plot(x)", "1"], []),
        ("fragment", ["x = 1\naxes.plot(x)", "1"], []),
        ("notes", ["1"], ["x = 1"]),
        ("skip", [], []),
    ],
)
def test_what_a_cell_of_code_says_wins(kind, parts, notes):
    made = deck(
        markdown("# A lesson\n\n- a goal"), code("x = 1\naxes.plot(x)", printed("1"), kind=kind)
    )
    assert [part for slide in made for part, _ in seen(slide)] == ["a goal", *parts]
    assert [text(note) for slide in made for note in slide.notes] == notes


def test_a_question_is_seen_and_its_folded_answer_is_not():
    folded = "<details><summary>Answer</summary>\n\nSecret 1.\n\n</details>"
    exercise = f"**Exercise 1.** Do it.\n\n{folded}"
    questions = (
        "### Questions\n\n<details><summary>Why so?</summary>Secret 2.</details>\n\n"
        "### References\n\n- Cho (2014)"
    )
    made = deck(markdown("# A lesson"), markdown(exercise, "subslide"), markdown(questions))
    assert [(slide.title, seen(slide)) for slide in made] == [
        ("Exercise 1", [("Do it.", False)]),
        ("Questions", [("Why so?", False)]),
    ]
    notes = "".join(note for slide in made for note in slide.notes)
    assert "Secret 1." in notes and "Secret 2." in notes and "Cho" not in notes


def test_a_claim_is_asked_before_its_verdict_is_seen():
    verdict = 'Claim 7, "It\n    forgets"\n  holds when: far; very\n    far\n  not when: near'
    _, slide = deck(markdown("# A lesson\n\n- a goal"), code("claims.verdict(7)", printed(verdict)))
    assert slide.title == "Claim 7"
    (said, first), (question, second), (found, last) = seen(slide)
    assert (said, question) == ("“It forgets”", "Does it hold?")
    assert (first, second, last) == (False, False, True)
    assert "far" in found and "near" in found


def test_a_long_result_gets_a_slide_of_its_own_with_the_question_above():
    table = "\n".join(f"row {number}" for number in range(14))
    _, asked, answered = deck(
        markdown("# A lesson\n\n- a goal"),
        markdown("## A section\n\nWhat do you expect to be printed?"),
        code("\n".join(f"print({number})" for number in range(14)), printed(table)),
    )
    assert [part for part, _ in seen(asked)][0] == "What do you expect to be printed?"
    assert seen(answered) == [("What do you expect to be printed?", False), (table, False)]
    sizes = re.findall(r"font-size: (\d+)px", str(asked.parts + answered.parts))
    assert min(map(int, sizes)) >= slides.SMALLEST


def test_a_heading_without_anything_says_its_first_sentence_or_goes():
    made = deck(
        markdown("# A lesson\n\n- a goal"),
        markdown("## Empty"),
        markdown("### Prose only\n\nThe slides say this (Cho et al. (2014)). And more."),
    )
    assert [slide.title for slide in made] == ["A lesson", "Prose only"]
    assert seen(made[1]) == [("The slides say this (Cho et al. (2014)).", False)]
    assert not made[1].below


@pytest.mark.parametrize("source", ["%timeit x + 1", "!ls", "%%time\nplt.plot(x)", "for"])
def test_code_that_is_no_python_is_shown_as_it_stands(source):
    _, slide = deck(
        markdown("# A lesson\n\n- a goal"), markdown("## A section"), code(source, printed("1"))
    )
    assert seen(slide) == [(source, False), ("1", True)]


@pytest.mark.parametrize("below", ["- a point", "|a|\n|-|\n|a point|"], ids=["list", "table"])
def test_a_bold_sentence_may_stand_alone_above_a_list_or_a_table(below):
    _, slide = deck(markdown("# A lesson\n\n- a goal"), markdown(f"**In short.**\n\n{below}"))
    assert slide.title == "In short" and len(slide.parts) == 1 and "a point" in str(slide.parts)


def test_a_heading_begins_what_its_cell_says():
    made = deck(
        *[markdown("# A lesson\n\n- a goal"), markdown("## One\n\n- a", "subslide")],
        *[markdown("### Two\n\n- b", "slide"), markdown("### Three\n\n- c")],
    )
    assert [(slide.title, slide.below) for slide in made] == [
        ("A lesson", False),
        ("One", True),
        ("Two", False),
        ("Three", True),
    ]


def test_what_fetches_the_course_is_left_out():
    cell = code("%pip install -q course")
    cell.metadata["tags"] = ["remove-cell"]
    (slide,) = deck(cell, markdown("# A lesson\n\n- a goal"))
    assert seen(slide) == [("a goal", False)]


@pytest.fixture(params=paths.LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return nbformat.read(request.param, as_version=4)


def test_no_slide_of_a_lesson_is_empty_and_all_pictures_are_described(lesson):
    made = slides.deck(lesson)
    assert not made[0].below
    assert all(slide.title and slide.parts for slide in made)
    shown = "".join(part for slide in made for part, _ in slide.parts)
    pictures = re.findall(r"<img [^>]*>", shown)
    drawn = str(lesson.cells).count("'image/png': {'alt'")
    assert len(pictures) == drawn > 0
    assert all(re.search(r'alt="[^"]{10,}"', picture) for picture in pictures)


def test_what_cells_say_is_what_slides_know(lesson):
    said = [cell.metadata.slideshow for cell in lesson.cells if "slideshow" in cell.metadata]
    assert all(set(one) == {"slide_type"} and one.slide_type in KINDS for one in said)


def test_an_unknown_lesson_is_answered_with_those_there_are(capsys):
    assert main(["slides", "--lesson", "9"]) == 1
    assert "There is no lesson 9: LESSON is 0 to 8, or is left out" in capsys.readouterr().err


def test_the_verb_writes_one_lesson_or_all(course, monkeypatch, capsys):
    lessons = [course.write_notebook(name, "print(1)") for name in ("00_a", "01_b")]
    monkeypatch.setattr(paths, "LESSONS", lessons)
    assert main(["slides", "--lesson", "1"]) == 0
    folder = course.build / "site" / "slides"
    assert [path.name for path in folder.glob("*.html")] == ["01_b.html"]
    assert (folder / "01_b.html").as_uri() in capsys.readouterr().out
    assert main(["slides"]) == 0
    assert (folder / "00_a.html").exists()
    assert "<title>00_a &amp; more: slides</title>" in (folder / "00_a.html").read_text("utf-8")


def test_a_lesson_that_was_cut_off_is_named(course, monkeypatch, capsys):
    lessons = [course.write_notebook("00_a", "print(1)"), course.notebooks / "01_b.ipynb"]
    lessons[1].write_text('{"cells": [', encoding="utf-8")
    monkeypatch.setattr(paths, "LESSONS", lessons)
    assert main(["slides"]) == 1
    assert "01_b.ipynb is no notebook any more (Notebook does not" in capsys.readouterr().err
    assert not (course.build / "site").exists()


def test_what_a_cell_says_after_it_was_executed_holds(course):
    path = course.write_notebook("00_a", "print(1)")
    (course.build / "00_a").mkdir(parents=True)
    executed = nbformat.read(path, as_version=4)
    executed.cells[1].outputs = [printed("1, executed")]
    nbformat.write(executed, course.build / "00_a" / "00_a.ipynb")
    (page,) = slides.write([path])
    assert "1, executed" in page.read_text("utf-8")
    said = nbformat.read(path, as_version=4)
    said.cells[1].metadata["slideshow"] = {"slide_type": "skip"}
    nbformat.write(said, path)
    slides.write([path])
    assert "1, executed" not in page.read_text("utf-8")


# What is wrong with the slides of a page at each of their steps; it goes to the last.
FAULTS = """smallest => {
  const found = new Set();
  for (let steps = 1; ; steps += 1) {
    const slide = Reveal.getCurrentSlide(), title = slide.querySelector("h1, h2").textContent;
    const fault = what => found.add(`${Reveal.getIndices().v} ${title}: ${what}`);
    for (const one of slide.querySelectorAll(".page, .page *")) {
      const box = one.getBoundingClientRect();
      if (!box.width || one.closest("mjx-assistive-mml")) continue;
      const { left, top, right, bottom } = box;
      if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1)
        fault(`${one.tagName} ${one.className} is cut off`);
      if (one.tagName === "PRE" && one.scrollWidth > one.clientWidth) fault("code scrolls");
      if (one.tagName === "PRE" && parseFloat(getComputedStyle(one).fontSize) < smallest)
        fault("code is small");
      if (one.tagName === "IMG" && !one.naturalWidth) fault("a picture is missing");
      if (one.tagName === "IMG" && box.height < 200) fault("a picture is small");
      if (one.tagName === "MJX-MERROR") fault("an equation is wrong");
    }
    const parts = slide.querySelector(".parts");
    if (parts.scrollHeight > parts.clientHeight) fault("parts overlap");
    const { h, v, f } = Reveal.getIndices();
    Reveal.next();
    const now = Reveal.getIndices();
    if (h === now.h && v === now.v && f === now.f) return [steps, [...found]];
  }
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "BUILD", tmp_path_factory.mktemp("build"))
        patch.setattr(paths, "SITE", paths.BUILD / "site")
        return slides.write(slides.lessons())[0].parent


@pytest.fixture(scope="module")
def address(folder, serve):
    return serve(folder)


@pytest.fixture
def opened(browser, listen):
    """A function that opens a page of 1280 x 720; (the page, a list of what went wrong)."""
    context = browser.new_context(viewport={"width": slides.WIDTH, "height": slides.HEIGHT})

    def open_(address, name):
        page, wrong = context.new_page(), []
        listen(page, address, wrong.append)
        page.goto(address + name)
        page.wait_for_function("window.Reveal && Reveal.isReady()")
        return page, wrong

    yield open_
    context.close()


@pytest.mark.parametrize("name", [path.stem for path in paths.LESSONS])
def test_every_slide_is_whole_and_large_and_fetches_nothing(name, address, opened):
    page, wrong = opened(address, f"{name}.html")
    steps, faults = page.evaluate(FAULTS, slides.SMALLEST)
    assert faults == []
    assert steps > 30
    assert wrong == []


def test_a_slide_that_is_cut_off_is_found(address, opened):
    page, _ = opened(address, f"{paths.LESSONS[0].stem}.html")
    page.add_style_tag(content="pre { font-size: 60px !important }")
    _, faults = page.evaluate(FAULTS, slides.SMALLEST)
    assert any("is cut off" in fault for fault in faults)


def test_slides_work_as_files(folder, opened):
    page, wrong = opened(folder.as_uri(), f"/{paths.LESSONS[3].stem}.html")
    assert page.locator("mjx-container").count() > 10
    assert wrong == []


def test_s_opens_the_notes_with_equations_that_need_no_mathjax(address, opened):
    page, wrong = opened(address, f"{paths.LESSONS[3].stem}.html")
    page.keyboard.press("Space")
    with page.expect_popup() as waiting:
        page.keyboard.press("s")
    notes = waiting.value.locator(".speaker-controls-notes .value")
    notes.locator("math").first.wait_for()
    assert "a vector of numbers between 0 and 1" in notes.inner_text()
    assert wrong == []
