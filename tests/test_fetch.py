"""Real data is fetched once, pinned and checked; what can go wrong has a sentence and a remedy."""

import hashlib
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from utils import fetch, paths
from utils.applications import japanese_vowels
from utils.fetch import FetchError, RemoteFile
from utils.reviews import read, sentence_polarity

CONTENT = b"a,b\n1,2\n"
FILE = RemoteFile(
    repository="me/data",
    commit="abc",
    path="folder/b.csv",
    n_bytes=12_345,
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    what="Two numbers",
    licence="MIT",
)


class Server(ThreadingHTTPServer):
    """Answers every request alike: status and content; `asked` lists the paths asked for."""

    status, content, length = 200, CONTENT, None

    def __init__(self):
        self.asked = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(self.server.length or len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, *message):
        pass


@pytest.fixture
def server(monkeypatch, tmp_path):
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(
        RemoteFile, "url", property(lambda file: f"{address}/{file.repository}/{file.path}")
    )
    monkeypatch.setattr(paths, "FETCHED", tmp_path / "fetched")
    monkeypatch.delenv("COURSE_DATA", raising=False)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_is_fetched_once(server):
    path = fetch.fetch(FILE)
    assert path == paths.FETCHED / "me" / "data" / "folder" / "b.csv"
    assert path.read_bytes() == CONTENT
    assert fetch.fetch(FILE) == path
    assert server.asked == ["/me/data/folder/b.csv"]
    assert [found.name for found in path.parent.iterdir()] == ["b.csv"]


@pytest.mark.parametrize("kept", [b"", CONTENT[:4], CONTENT + b"3,4\n"])
def test_a_cut_or_changed_file_is_fetched_anew(server, kept):
    FILE.place.parent.mkdir(parents=True)
    FILE.place.write_bytes(kept)
    assert fetch.fetch(FILE).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"status": 404}, "the server answers 404"),
        ({"status": 503}, "the server answers 503"),
        ({"content": b"<html>log in</html>"}, "what arrived has another sha256"),
        ({"length": 100}, "the connection failed"),  # cut short
    ],
)
def test_what_goes_wrong_names_the_file_the_reason_and_the_place(server, answer, why):
    for name, value in answer.items():
        setattr(server, name, value)
    with pytest.raises(FetchError) as raised:
        fetch.fetch(FILE)
    sentence = str(raised.value)
    assert sentence.startswith(f"Two numbers (12 kB, MIT) could not be fetched: {why}. ")
    assert FILE.url in sentence and str(FILE.place) in sentence
    assert not list(FILE.place.parent.iterdir())


def test_without_a_network_what_was_there_is_kept(server):
    fetch.fetch(FILE)
    server.status = 404
    newer = replace(FILE, sha256="0" * 64)
    with pytest.raises(FetchError):
        fetch.fetch(newer)
    assert fetch.fetch(FILE).read_bytes() == CONTENT


def test_a_folder_of_ones_own_is_read_and_nothing_is_fetched(server, monkeypatch, tmp_path):
    lent = tmp_path / "lent" / "applications" / "me" / "data" / "folder" / "b.csv"
    lent.parent.mkdir(parents=True)
    lent.write_bytes(CONTENT)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "lent"))
    assert fetch.fetch(FILE) == lent
    assert server.asked == []
    lent.write_bytes(b"other")
    with pytest.raises(FetchError, match="is not the file that the course knows"):
        fetch.fetch(FILE)
    lent.unlink()
    assert fetch.fetch(FILE) == FILE.place


def test_a_place_that_takes_no_files_is_named(server, monkeypatch, tmp_path):
    in_the_way = tmp_path / "fetched"
    in_the_way.write_text("a file")
    with pytest.raises(Exception, match="was not written: the system says"):
        fetch.fetch(FILE)


def test_without_its_data_a_lesson_gets_what_takes_its_place(server, capsys):
    server.status = 404
    assert sentence_polarity.csv() == paths.REVIEWS_SAMPLE
    assert "these are the bundled reviews: imdb_sample.csv" in capsys.readouterr().out
    training, test = japanese_vowels.load()
    assert (training.x.shape, test.x.shape) == ((270, 29, 12), (370, 29, 12))
    assert set(training.speaker) == set(range(9))
    assert "made series of the same shape" in capsys.readouterr().out


def test_the_real_sentences_are_a_file_of_film_reviews(real_data, monkeypatch, tmp_path):
    real_data("applications/nltk")
    monkeypatch.setattr(paths, "FETCHED", tmp_path)
    reviews = read.read_reviews(sentence_polarity.csv())
    assert len(reviews) == 10_662
    assert reviews["label"].sum() == 5_331
    assert reviews["review"].str.len().min() > 0


def test_the_real_vowels_are_270_and_370_utterances_of_nine_speakers(real_data):
    real_data("applications/aeon-toolkit")
    for utterances, n in zip(japanese_vowels.load(), (270, 370), strict=True):
        assert utterances.x.shape == (n, 29, 12)
        assert utterances.lengths.min() >= 7 and utterances.lengths.max() <= 29
        assert set(utterances.speaker) == set(range(9))
        for row, length in zip(utterances.x, utterances.lengths, strict=True):
            assert row[:length].any(axis=1).all() and not row[length:].any()
