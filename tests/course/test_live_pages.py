"""The pages of docs/ that compute in the browser, in Chromium, against Keras and the lessons."""

import re

import nbformat
import numpy as np
import pytest
import tensorflow as tf

from utils import cells, figures, gradients, paths
from utils.course import live_gradient, site

LESSONS = {path.stem[:2]: path for path in paths.LESSONS}
H, D = live_gradient.H, live_gradient.D
LAYERS = ("f", "i", "c", "o")
BAD = ["", "a", "0,5", "1e3", "NaN", "123456789", "-"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The site with the two lessons that have such pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "BUILD", tmp_path_factory.mktemp("build"))
        patch.setattr(paths, "SITE", paths.BUILD / "site")
        return site.build([LESSONS["01"], LESSONS["03"]]).parent


@pytest.fixture
def gradient_page(browser, folder):
    yield from _opened(browser, folder / "live_gradient.html")


@pytest.fixture
def gates_page(browser, folder):
    yield from _opened(browser, folder / "live_gates.html")


def _opened(browser, path):
    """A page, opened from the disk; what it throws fails the test."""
    page, thrown = browser.new_page(), []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    yield page
    page.close()
    assert thrown == []


def _type(page, **numbers):
    for name, number in numbers.items():
        page.fill(f"input[type=text][name={name}]", str(number))


def _results(page, attribute):
    """{name: number} of what a page shows, not rounded."""
    script = f"all => all.map(one => [one.dataset.{attribute}, Number(one.value)])"
    return dict(page.eval_on_selector_all(f"data[data-{attribute}]", script))


def _norms(page, function, *setting):
    return np.array(page.evaluate(f"setting => {function}(...setting)", list(setting)), float)


def _printed(lesson, pattern):
    """What a pattern finds in the saved outputs of a lesson."""
    outputs = [
        str(output.get("text", ""))
        for cell in nbformat.read(LESSONS[lesson], as_version=4).cells
        for output in cell.get("outputs", [])
    ]
    return re.findall(pattern, "\n".join(outputs), re.M)


def _measured(layer, s, n_steps, forget_bias=None):
    """What `gradients.norm_by_step` measures with the page's matrices, the last step first."""
    numbers = live_gradient.read()
    weights = numbers["rnn" if forget_bias is None else "lstm"]
    layer.build((None, n_steps, D))
    bias = np.zeros(H) if forget_bias is None else np.repeat([0, forget_bias, 0, 0], H)
    layer.set_weights([weights["kernel"], s * weights["recurrent"], bias])
    return gradients.norm_by_step(layer, numbers["x"][None, :n_steps])[0, ::-1]


@pytest.mark.parametrize("activation", ["tanh", "identity"])
@pytest.mark.parametrize(
    ("s", "n_steps"), [(1, 50), (1.2, 50), (0.5, 50), (1.7, 100), (0.05, 20), (1, 2), (0, 9)]
)
def test_an_rnn_hands_back_what_tensorflow_measures(gradient_page, s, n_steps, activation):
    in_keras = {"tanh": "tanh", "identity": None}[activation]
    layer = tf.keras.layers.SimpleRNN(H, activation=in_keras, dtype="float64")
    norms = _norms(gradient_page, "rnnNorms", s, n_steps, activation)
    np.testing.assert_allclose(norms, _measured(layer, s, n_steps), rtol=1e-6)


@pytest.mark.parametrize(
    ("s", "n_steps", "forget_bias"),
    [(1, 50, 1), (0, 50, 1), (1.2, 100, 3), (0.5, 30, -5), (2, 100, 10), (1, 2, 0)],
)
def test_an_lstm_hands_back_what_tensorflow_measures(gradient_page, s, n_steps, forget_bias):
    layer = tf.keras.layers.LSTM(H, dtype="float64")
    norms = _norms(gradient_page, "lstmNorms", s, n_steps, forget_bias)
    np.testing.assert_allclose(norms, _measured(layer, s, n_steps, forget_bias), rtol=1e-6)


def test_the_page_shows_what_lesson_1_prints(gradient_page):
    printed = _printed("01", r"^s = (\S+): (\S+) left at the first step, bound (\S+)$")
    assert len(printed) == 4
    for s, left, bound in printed:
        _type(gradient_page, s=s)
        shown = _results(gradient_page, "end")
        assert (f"{shown['rnn']:.1e}", f"{shown['bound']:.1e}") == (left, bound)


def test_fields_sliders_and_choice_decide_together(gradient_page):
    _type(gradient_page, T=30, b_f=2.5)
    gradient_page.focus("#s")
    gradient_page.keyboard.press("Tab")
    gradient_page.keyboard.press("ArrowRight")
    assert gradient_page.input_value("#s") == "1.05"
    gradient_page.check("input[value=identity]")
    shown = _results(gradient_page, "end")
    lstm = _measured(tf.keras.layers.LSTM(H, dtype="float64"), 1.05, 30, 2.5)
    assert shown["rnn"] == pytest.approx(1.05**29, rel=1e-6)
    assert shown["lstm"] == pytest.approx(lstm[-1], rel=1e-6)
    sentence = re.compile(r"^After 29 steps back, the norm of the gradient is 4\.1 ")
    said = gradient_page.locator("[data-said]", has_text=sentence)
    said.wait_for(timeout=5000)
    assert gradient_page.locator("svg.live-plot polyline").count() == 4


def test_the_answers_on_the_gradient_page_are_what_comes_out(gradient_page):
    text = gradient_page.text_content("details")
    for rnn, said in {"[1.2, 50, 'tanh']": "0.39", "[1, 50, 'tanh']": "0.0037"}.items():
        assert gradient_page.evaluate(f"written(rnnNorms(...{rnn}).at(-1))") == said
        assert said in text
    identity = gradient_page.evaluate("rnnNorms(1.2, 50, 'identity').at(-1)")
    assert identity == pytest.approx(1.2**49, rel=1e-6) and "7,600" in text
    lstm = gradient_page.evaluate("[1, 3].map((b_f) => lstmNorms(1, 50, b_f).at(-1))")
    rnn = gradient_page.evaluate("rnnNorms(1, 50, 'tanh').at(-1)")
    assert f"{rnn / lstm[0]:.0f} times less" in text
    assert f"{lstm[1]:.1f}" == "2.9" and "2.9" in text
    others = ("forgetGateAlone(3, 49)", "forgetGateAlone(1, 49)", "lstmNorms(0, 50, 1).at(-1)")
    said = [gradient_page.evaluate(f"written({norm})") for norm in others]
    assert said == ["0.092", "2.2 · 10⁻⁷", "1.1 · 10⁻⁷"]
    assert all(number in text for number in said)


@pytest.mark.parametrize("seed", range(4))
def test_one_step_is_that_of_keras_for_any_numbers(gates_page, seed):
    rng = np.random.default_rng(seed)
    x, h, C = rng.normal(0, 2, size=3).round(4)
    W, U, b = rng.normal(0, 2, size=(3, 4)).round(4)  # i, f, c, o
    _type(gates_page, x=x, h=h, C=C)
    for n, letter in enumerate("ifco"):
        _type(gates_page, **{f"w{letter}": W[n], f"u{letter}": U[n], f"b{letter}": b[n]})
    layer = tf.keras.layers.LSTM(1, return_state=True, dtype="float64")
    layer.build((1, 1, 1))
    weights = [W[None], U[None], b]
    layer.set_weights(weights)
    before = [np.array([[h]]), np.array([[C]])]
    _, h_keras, C_keras = layer(np.array([[[x]]]), initial_state=before)
    gates = cells.lstm_gates([[x]], [[h]], weights)
    expected = dict(zip("ifco", gates, strict=True)) | {"h": h_keras, "C": C_keras}
    shown = _results(gates_page, "result")
    assert shown.keys() == expected.keys()
    for name, value in expected.items():
        assert shown[name] == pytest.approx(float(np.squeeze(value)), abs=1e-6), name


def test_the_next_step_is_the_second_of_lesson_3_and_back_the_first(gates_page):
    printed = _printed("03", r"^t = \d +(.+)$")
    first, second = ([f"{float(number):.3f}" for number in row.split()] for row in printed)

    def shown():
        results = _results(gates_page, "result")
        return [f"{results[name]:.3f}" for name in ("f", "i", "c", "o", "C", "h")]

    assert shown() == first
    gates_page.click("[data-next]")
    gates_page.keyboard.type("−1")  # the field of x is chosen, and takes a printed minus sign
    assert shown() == second
    assert gates_page.text_content("[data-numbers=f]") == "σ(1 · (−1) + 1 · 0.428 + 1) = σ(0.428)"
    said = gates_page.locator("[data-said]", has_text="input gate 0.081")
    said.wait_for(timeout=5000)
    _type(gates_page, bf=10, bi=-10)
    assert shown()[4] == first[4]
    gates_page.click("[data-back]")
    assert shown() == first
    _type(gates_page, C=100)
    assert shown()[-1] == "0.731" == shown()[3]


def test_what_is_no_number_gets_a_sentence_and_changes_nothing(gates_page, gradient_page):
    for page, name, attribute in ((gates_page, "wf", "result"), (gradient_page, "s", "end")):
        before = _results(page, attribute)
        for text in BAD:
            _type(page, **{name: text})
            assert re.search(r"^The field .+; 1 counts\.$", page.text_content("[data-notice]")), (
                text
            )
            assert page.get_attribute(f"[name={name}]", "aria-invalid") == "true"
            assert _results(page, attribute) == before
            assert not re.search("NaN|Infinity|undefined", page.inner_text("main"))
        _type(page, **{name: 1.5})
        assert page.text_content("[data-notice]") == ""
        assert _results(page, attribute) != before


def test_the_largest_numbers_leave_numbers(gates_page, gradient_page):
    for size in (100, -100):
        _type(gates_page, x=size, h=size, C=size)
        _type(gates_page, **{f"{kind}{layer}": 100 for kind in "wub" for layer in LAYERS})
        assert np.isfinite(list(_results(gates_page, "result").values())).all()
    for s, b_f in ((2, 10), (0, -5)):
        _type(gradient_page, s=s, b_f=b_f, T=100)
        for activation in ("tanh", "identity"):
            gradient_page.check(f"input[value={activation}]")
            points = gradient_page.eval_on_selector_all(
                "polyline", "all => all.map(one => one.getAttribute('points')).join()"
            )
            assert "NaN" not in points and "Infinity" not in points
    for page in (gates_page, gradient_page):
        assert not re.search("NaN|Infinity|undefined", page.inner_text("main"))


@pytest.mark.parametrize("name", ["live_gradient", "live_gates"])
def test_without_javascript_there_is_a_sentence_and_a_picture(browser, folder, name):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((folder / f"{name}.html").as_uri())
    assert "your browser, which runs no JavaScript" in page.inner_text("main")
    assert page.eval_on_selector("noscript img", "one => one.naturalWidth") > 500
    assert not page.is_visible(".live")
    page.close()


def test_colours_are_those_of_the_course():
    text = "".join(path.read_text("utf-8") for path in paths.DOCS.glob("live_g*.md"))
    scripts = "".join(path.read_text("utf-8") for path in paths.DOCS.glob("_static/live_g*s.js"))
    for colour in (colour for colour, _ in figures.GATES.values()):
        assert colour in text
    for colour in ("forget", "input", "output"):
        assert figures.GATES[colour][0] in scripts
    for model in ("simple_rnn", "lstm"):
        assert figures.STYLE[model][0] in text


@pytest.mark.parametrize(
    ("lesson", "page"), [("01", "live_gradient.html"), ("03", "live_gates.html")]
)
def test_the_lesson_leads_to_its_page(folder, lesson, page):
    name = f"{LESSONS[lesson].stem}.html"
    assert re.search(
        rf'<a class="reference internal" href="../{page}"><span',
        (folder / "notebooks" / name).read_text("utf-8"),
    )
