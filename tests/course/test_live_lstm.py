"""Networks as a file for the browser, and in Chromium the page that reads with them."""

import re
import shutil

import nbformat
import numpy as np
import pytest
import tensorflow as tf

from utils import cells, gates, paths
from utils.course import live_lstm
from utils.reviews import generate

COMMITTED = paths.DOCS / "_static" / live_lstm.FILE
KINDS = ("LSTM", "SimpleRNN", "GRU")
LSTM = ("forget", "input", "candidate", "output", "cell", "hidden")
PARTS = {"LSTM": LSTM, "SimpleRNN": ("hidden",), "GRU": ("update", "reset", "candidate", "hidden")}
ODD = (
    "I found THIS film: superb!",
    "  awful,\tawful\nfilm -- it's so-so (really)  ",
    "É une ÉTOILE naïve 漢字 film",
    "good\u00a0film bad\u2003film",
    'a "quoted" [feature] {of} <the> a_b c^d e`f g~h i|j k\\l m/n o@p',
)


@pytest.fixture(scope="module")
def words():
    return live_lstm.read(COMMITTED.read_text(encoding="utf-8"))[0]


@pytest.fixture(scope="module")
def networks():
    """{name: a model of Keras with the weights that are committed}."""
    return _models(*live_lstm.read(COMMITTED.read_text(encoding="utf-8")))


def _models(words, arrays):
    made = {}
    for name, network in arrays.items():
        layer = getattr(tf.keras.layers, name)(24, return_sequences=True)
        embedding = tf.keras.layers.Embedding(len(words), 24, mask_zero=True)
        answer = tf.keras.layers.Dense(1, activation="sigmoid")
        made[name] = tf.keras.Sequential([tf.keras.Input((None,)), embedding, layer, answer])
        weights = list(network.values())
        if name != "GRU":
            weights[3] = weights[3][0]
        made[name].set_weights(weights)
    return made


@pytest.fixture(scope="module")
def vectorize(words):
    return tf.keras.layers.TextVectorization(vocabulary=words[2:])


@pytest.fixture(scope="module")
def reviews():
    """200 of them, as the networks were trained with, and some that nobody would write."""
    made = [review.text.replace("<br />", " ") for review in generate.make_reviews(1_000, seed=25)]
    return [*ODD, *[text for text in made if len(text.split()) <= 50]][:200]


def test_weights_come_back_exactly():
    layers = [tf.keras.layers.Embedding(5, 3), tf.keras.layers.GRU(2), tf.keras.layers.Dense(1)]
    gru = tf.keras.Sequential([tf.keras.Input((None,)), *layers])
    spoken = ["", "[UNK]", 'say "it"', "naïve", "</script>"]
    words, networks = live_lstm.read(live_lstm.text(spoken, {"GRU": gru}))
    assert words == spoken
    assert list(networks) == ["GRU"]
    for found, weights in zip(networks["GRU"].values(), gru.get_weights(), strict=True):
        assert found.dtype == np.float32 and np.array_equal(found, weights)


@pytest.mark.parametrize(
    ("layer", "n_words", "sentence"),
    [
        (tf.keras.layers.GRU, 4, r"layers of LSTM are \['Embedding', 'GRU', 'Dense'\], expected"),
        (tf.keras.layers.LSTM, 5, "4 words, but LSTM knows 5"),
    ],
)
def test_another_model_is_refused(layer, n_words, sentence):
    layers = [tf.keras.layers.Embedding(n_words, 3), layer(2), tf.keras.layers.Dense(1)]
    model = tf.keras.Sequential([tf.keras.Input((None,)), *layers])
    with pytest.raises(ValueError, match=sentence):
        live_lstm.text(["", "[UNK]", "good", "bad"], {"LSTM": model})


def test_another_file_is_refused():
    with pytest.raises(ValueError, match="expected const LIVE_LSTM = …; found '{}'"):
        live_lstm.read("{}")


def test_what_is_committed_is_small():
    assert COMMITTED.stat().st_size < 400_000


def test_what_is_committed_is_what_lesson_4_trains(networks, words, monkeypatch):
    """One seed of the lesson's own cells; on this processor or on another."""
    lesson = nbformat.read(paths.LESSONS[4], as_version=4)
    code = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    trains = next(n for n, source in enumerate(code) if ".fit(x_train, y_train, 64" in source)
    writes = next(source for source in code if "live_lstm.write(" in source)
    written = []
    monkeypatch.setattr(live_lstm, "write", lambda *given: written.append(given))
    found = {}
    for source in code[: trains + 1]:
        exec(source.replace("(0, 1, 2)", "(0,)"), found)
    exec(f"lstms = networks['LSTM']\n{writes}", found)
    [(new_words, new)] = written
    assert list(new_words) == words
    assert tuple(new) == KINDS
    for name, model in new.items():
        start, committed = model.get_weights()[0], networks[name].get_weights()[0]
        # Embeddings start at random: those of another seed would have nothing in common.
        assert np.corrcoef(start.ravel(), committed.ravel())[0, 1] > 0.9, name
        last = (found["x_val"] != 0).sum(axis=1) - 1
        now = networks[name].predict(found["x_val"], verbose=0)[np.arange(len(last)), last]
        apart = np.abs(model.predict(found["x_val"], verbose=0) - now)
        assert len(apart) == 500 and np.mean(apart <= 0.05) >= 0.95, name


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """What docs/live_lstm.md shows, opened from the disk; what it throws fails the tests."""
    folder, said = tmp_path_factory.mktemp("page"), []
    shutil.copytree(paths.DOCS / "_static", folder / "_static")
    text = (paths.DOCS / "live_lstm.md").read_text(encoding="utf-8")
    html = re.search(r"```{raw} html\n(.*?)```", text, re.S)[1]
    (folder / "page.html").write_text(f"<!doctype html><meta charset=utf-8>{html}", "utf-8")
    page = browser.new_page()
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: line.type == "error" and said.append(line.text))
    page.goto((folder / "page.html").as_uri())
    yield page
    page.close()
    assert said == []


@pytest.fixture
def fresh(page):
    """The page as a visitor finds it."""
    page.reload()
    return page


READ = """([kind, texts, held]) => texts.map((text) =>
    read(kind, split(text).map(idOf), (t) => (held && (held.at < 0 || held.at === t)
        ? { [held.gate]: held.value } : {})).map(({ units, probability }) =>
        [probability, MAPS[kind].map((part) => units.map((unit) => unit[part]))]))"""


def _read(page, kind, texts, held=None):
    """Of each text: probabilities (T,), and {part: values (T, H)}, as the page computes them."""
    for steps in page.evaluate(READ, [kind, texts, held]):
        values = np.array([parts for _, parts in steps], "float64")
        parts = dict(zip(PARTS[kind], values.transpose(1, 0, 2), strict=True))
        yield np.array([probability for probability, _ in steps]), parts


def test_the_page_cuts_texts_into_the_words_of_keras(page, reviews, vectorize):
    tokens = vectorize(reviews).numpy()
    found = page.evaluate("texts => texts.map((text) => split(text).map(idOf))", reviews)
    assert found == [[int(token) for token in row if token] for row in tokens]
    assert any(1 in row for row in found)


@pytest.mark.parametrize("kind", KINDS)
def test_gates_states_and_probability_are_those_of_keras(page, networks, vectorize, reviews, kind):
    tokens = vectorize(reviews).numpy()
    mask, (embedding, layer, _) = tokens != 0, networks[kind].layers
    probability = networks[kind].predict(tokens, verbose=0)[..., 0]
    x = embedding(tokens)
    hidden = layer(x, mask=tf.constant(mask)).numpy()
    known = {} if kind == "SimpleRNN" else gates.read(layer, x, mask)._asdict()
    assert len(reviews) == 200
    for n, (probabilities, parts) in enumerate(_read(page, kind, reviews)):
        at = mask[n]
        np.testing.assert_allclose(probabilities, probability[n, at], rtol=0, atol=1e-5)
        np.testing.assert_allclose(parts["hidden"], hidden[n, at], rtol=0, atol=1e-5)
        for part, values in known.items():
            np.testing.assert_allclose(parts[part], values[n, at], rtol=0, atol=1e-9)


@pytest.mark.parametrize("gate", ["input", "forget", "output"])
@pytest.mark.parametrize("value", [0, 1])
@pytest.mark.parametrize("at", [-1, 3])  # -1: at every word
def test_a_held_gate_of_the_lstm_does_what_lesson_4_does(
    page, networks, vectorize, reviews, gate, value, at
):
    embedding, layer, _ = networks["LSTM"].layers
    held = {"gate": gate, "value": value, "at": at}
    for text, (_, parts) in zip(reviews[:8], _read(page, "LSTM", reviews[:8], held), strict=True):
        tokens = vectorize([text]).numpy()
        where = np.full(tokens.shape, at < 0)
        where[:, at : at + 1] |= at >= 0
        for part, values in (
            gates.hold(layer, embedding(tokens), gate, where, value)._asdict().items()
        ):
            np.testing.assert_allclose(parts[part], values[0], rtol=0, atol=1e-9)


def test_a_held_gate_of_the_gru_takes_the_place_of_what_it_computes(page, networks, vectorize):
    embedding, layer, _ = networks["GRU"].layers
    text = "My sister found this film awful. I disagree."
    for gate in ("update", "reset"):
        [(_, parts)] = _read(page, "GRU", [text], {"gate": gate, "value": 1, "at": -1})
        h = np.zeros((1, 24))
        W, U, (b, d) = (weights.astype("float64") for weights in layer.get_weights())
        for t, x in enumerate(embedding(vectorize([text])).numpy()[0].astype("float64")):
            z, r, _ = cells.gru_gates(x[None], h, [W, U, np.stack([b, d])])
            z, r = (np.ones_like(z), r) if gate == "update" else (z, np.ones_like(r))
            candidate = np.tanh((x @ W + b)[48:] + r * (h @ U + d)[:, 48:])
            h = z * h + (1 - z) * candidate
            np.testing.assert_allclose(parts["hidden"][t], h[0], rtol=0, atol=1e-9)


def _pixels(page, part):
    """The colours of a map, (H, T, 4)."""
    script = """canvas => [canvas.height, canvas.width,
        [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]]"""
    height, width, data = page.eval_on_selector(f"#map-{part} canvas", script)
    return np.array(data).reshape(height, width, 4)


def _number(text):
    return float(re.sub(r"[^\d.−]", "", text).replace("−", "-"))


def test_a_typed_review_changes_maps_line_and_answer(fresh):
    before = _pixels(fresh, "cell"), fresh.inner_text("#said")
    fresh.fill("#review", "I found this film superb.")
    assert _pixels(fresh, "cell").shape == (24, 5, 4)
    assert "probability 1.00" in before[1] and _number(fresh.inner_text("#said strong")) > 0.9
    fresh.fill("#review", "I found this film awful")
    assert _number(fresh.inner_text("#said strong")) < 0.1
    fresh.fill("#review", "I found this <b>zebra awful")
    assert fresh.inner_text("#unknown").endswith("[UNK]: bzebra.")
    fresh.fill("#review", "...")
    assert fresh.inner_text("#said").startswith("Type a review")
    assert not fresh.is_visible("#reading")


def test_the_answers_below_the_page_are_what_comes_out(fresh):
    text = (paths.DOCS / "live_lstm.md").read_text(encoding="utf-8").replace("\n   ", " ")
    first, agree, third, *_ = fresh.locator("#example option").all_text_contents()

    def says(words, held=None, kind="LSTM"):
        [(probabilities, _)] = _read(fresh, kind, [words], held)
        return [f"{p:.2f}" for p in probabilities]

    opened = {"gate": "forget", "value": 1, "at": -1}
    turns = [says(words, held)[-1] for words in (first, third) for held in (None, opened)]
    assert turns == ["1.00", "0.00", "0.00", "1.00"]
    assert "from 1.00 to 0.00 and from 0.00 to 1.00" in text
    shut = [says(first, {"gate": "forget", "value": 0, "at": t})[-1] for t in range(30)]
    lost = [first.split()[t] for t in range(30) if float(shut[t]) < 0.5]
    assert lost == ["a", "to", "a", "village.", "I", "disagree."]
    assert 'the "a" before "letter", and "to a village I disagree"' in text
    words = agree.replace(" agree.", "").split()
    moved = [says(" ".join([*words[:t], "agree", *words[t:]]))[-1] for t in (24, 19, 18)]
    assert moved == ["0.00", "0.11", "0.74"] and words[18:20] == ["captain", "travel"]
    assert '0.00 behind the plot, 0.11 before "travel", and 0.74' in text
    nurse = first.split().index("nurse")
    simple, lstm = (says(first, kind=kind) for kind in ("SimpleRNN", "LSTM"))
    assert simple[nurse - 1 : nurse + 1] == ["0.01", "0.57"] and float(simple[nurse + 1]) < 0.1
    assert lstm[nurse] == "0.00" and "from 0.01 to 0.57" in text


def test_an_example_that_was_changed_can_be_taken_again(fresh):
    first = fresh.input_value("#review")
    assert fresh.input_value("#example") == first
    fresh.fill("#review", "I found this film awful")
    assert fresh.evaluate("document.getElementById('example').selectedIndex") == -1
    fresh.select_option("#example", index=0)
    assert fresh.input_value("#review") == first


@pytest.mark.parametrize("width", [390, 1280])
def test_labels_stay_in_sight_at_the_end_of_a_long_review(fresh, width):
    fresh.set_viewport_size({"width": width, "height": 720})
    fresh.fill("#review", "A sailor hides the map under a boat. " * 30)
    fresh.evaluate("show({ at: chosen.words.length - 1 })")
    frame = fresh.locator("#reading").bounding_box()
    label = fresh.locator("#map-cell > div").first.bounding_box()
    assert fresh.evaluate("document.getElementById('reading').scrollLeft") > 1000
    assert abs(label["x"] - frame["x"]) < 2


def test_colours_are_those_of_the_course(fresh):
    values = next(_read(fresh, "LSTM", [fresh.input_value("#review")]))[1]
    order = fresh.evaluate("order()")
    scale = {"forget": lambda v: v, "cell": lambda v: (v / np.abs(v).max() + 1) / 2}
    for part, colours in (("forget", "cividis"), ("cell", "RdBu_r")):
        shades = np.floor(255 * scale[part](values[part].T[order]) + 0.5).astype(int)
        expected = 255 * live_lstm.matplotlib.colormaps[colours](shades)
        np.testing.assert_allclose(_pixels(fresh, part), expected, rtol=0, atol=1)


def test_it_reads_word_by_word_with_the_keyboard_alone(fresh):
    fresh.focus("#seen")
    fresh.keyboard.press("Home")
    assert fresh.inner_text("#count") == "1 of 30"
    assert (_pixels(fresh, "cell")[:, 1:, 3] == 0).all()  # not read, not drawn
    fresh.focus("#forward")
    fresh.keyboard.press("Enter")
    fresh.keyboard.press("Enter")
    assert fresh.inner_text("#said").startswith("After 3 of 30 words")
    fresh.focus("#play")
    fresh.keyboard.press("Space")
    fresh.wait_for_function("document.getElementById('count').textContent === '6 of 30'")
    assert fresh.get_attribute("#said", "aria-live") == "off"
    fresh.keyboard.press("Space")
    assert fresh.inner_text("#play") == "Play"
    assert fresh.get_attribute("#said", "aria-live") == "polite"


def test_a_unit_is_opened_with_arrows_a_click_or_its_number(fresh):
    fresh.focus("#reading")
    word, unit = fresh.inner_text("#words .chosen"), fresh.input_value("#unit")
    fresh.keyboard.press("ArrowLeft")
    fresh.keyboard.press("ArrowDown")
    assert fresh.inner_text("#words .chosen") != word
    order = fresh.evaluate("order()")
    assert int(fresh.input_value("#unit")) == order[order.index(int(unit)) + 1]
    box = fresh.locator("#map-cell .plot").bounding_box()
    fresh.mouse.click(box["x"] + box["width"] * 4.5 / 30, box["y"] + box["height"] * 10.5 / 24)
    assert fresh.inner_text("#at") == "at “film”, word 5"
    assert int(fresh.input_value("#unit")) == order[10]
    fresh.fill("#unit", "7")
    fresh.keyboard.press("Enter")
    assert fresh.evaluate("chosen.unit") == 7


def test_a_word_is_changed_and_moved_and_everything_follows(fresh):
    fresh.evaluate("show({ at: 5 })")
    assert fresh.input_value("#word") == "awful"
    good = _number(fresh.inner_text("#said strong"))
    fresh.focus("#word")
    fresh.keyboard.press("Control+A")
    fresh.keyboard.type("superb")
    assert fresh.input_value("#review").startswith("My sister found this film superb A nurse")
    assert abs(_number(fresh.inner_text("#said strong")) - good) > 0.5
    fresh.focus("#left")
    fresh.keyboard.press("Enter")
    assert fresh.input_value("#review").startswith("My sister found this superb film A nurse")
    assert fresh.inner_text("#words .chosen") == "superb"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hold", [False, True])
def test_the_printed_numbers_add_up_to_what_the_map_shows(fresh, kind, hold):
    fresh.check(f"[name=kind][value={kind}]")
    gate = PARTS[kind][0]
    if hold and kind == "SimpleRNN":
        assert fresh.is_disabled("#hold")
        return
    if hold:
        fresh.select_option("#hold", f"{gate} 1")
    for at, unit in ((0, 3), (5, 11), (25, 20)):
        fresh.evaluate("choice => show(choice)", {"at": at, "unit": unit})
        shown = fresh.evaluate("now[chosen.at].units[chosen.unit]")
        table = fresh.eval_on_selector_all(
            "#sums tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
        )
        words, states, biases, totals, values = (row[1:] for row in table)
        parts = [part for part in PARTS[kind] if part in shown["a"]]
        for part, word, state, bias, total, value in zip(
            parts, words, states, biases, totals, values, strict=True
        ):
            from_state = np.prod([_number(number) for number in state.split("·")])
            parts_of_sum = _number(word) + from_state + _number(bias)
            assert parts_of_sum == pytest.approx(_number(total), abs=0.004)
            if hold and part == gate:
                assert value == "held 1.000"
            else:
                squash = np.tanh if "tanh" in value else lambda a: 1 / (1 + np.exp(-a))
                assert _number(value) == pytest.approx(squash(_number(total)), abs=0.002)
            assert _number(value) == pytest.approx(shown[part], abs=0.0006)
        lines = fresh.inner_text("#equations").replace("−", "-").splitlines()
        sums = [eval(_python(line), {"tanh": np.tanh}) for line in lines if line.startswith("= ")]
        results = [shown[part] for part in ("cell", "hidden") if part in shown and parts != [part]]
        assert sums == pytest.approx(np.repeat(results, 3).tolist(), abs=0.004)


def _python(line):
    return line.removeprefix("= ").replace("·", "*")


def test_numbers_of_all_units_stand_in_a_table(fresh):
    assert fresh.locator("#numbers td").count() == 0
    fresh.locator("#numbers summary").click()
    rows = fresh.locator("#numbers tbody tr").all_inner_texts()
    assert len(rows) == 24
    shown = fresh.evaluate("now[chosen.at].units[order()[0]].cell")
    assert _number(rows[0].split("\t")[5]) == pytest.approx(shown, abs=0.0006)


def test_the_line_shows_what_a_held_gate_changes(fresh):
    assert fresh.locator("#line .trained").count() == 0
    fresh.select_option("#hold", "forget 1")
    assert fresh.locator("#line .trained").count() == 1
    assert "as trained 1.00" in fresh.inner_text("#said")
    assert fresh.inner_text("#said strong") == "0.00"  # at every word: the claim alone answers
    fresh.select_option("#where", "chosen")
    fresh.evaluate("show({ at: 8 })")
    assert fresh.inner_text("#said strong") == "1.00"
