"""The command line as a whole: help, wrong arguments, errors, interruption."""

import errno
import re
import subprocess
import sys

import click
import pytest

from utils import cli
from utils.__main__ import main
from utils.errors import CourseError

main(["--help"])  # the rooms add their verbs
VERBS = list(cli.cli.commands)


def test_the_help_lists_every_verb_below_the_heading_of_its_room(capsys):
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    for heading in cli.ROOMS.values():
        assert f"\n{heading}:\n" in told
    assert re.findall(r"^  ([a-z][a-z0-9-]*)  +[A-Z]", told, re.M) == VERBS
    assert "..." not in told


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_explains_its_options_with_an_example(verb, capsys):
    assert main([verb, "--help"]) == 0
    told = capsys.readouterr().out
    parameters = cli.cli.commands[verb].params
    if parameters:
        assert re.search(rf"Examples?:\s+python -m utils {verb} ", told)
    assert all(option.help for option in parameters if isinstance(option, click.Option))


def test_help_and_wrong_arguments_are_answered_without_tensorflow():
    wrong = [["--help"], ["grade", "--help"], ["data", "--homework", "3"], ["bench", "--nope"]]
    program = f"""
import sys
from utils.__main__ import main
print(*[main(arguments) for arguments in {wrong}])
sys.exit("tensorflow" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == 0
    assert ran.stdout.splitlines()[-1] == "0 0 2 2"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rnu"], "No such command 'rnu'. Did you mean 'run'?"),
        (["run", "now"], "unexpected extra argument (now)"),
        (["handin", "--homework", "3", "--student", "ada"], "'3' is not one of '1', '2'"),
        (["handin", "--homework", "1"], "Missing option '--student'"),
        (["grade"], "Missing option '--homework'"),
        (["homework-1", "--tier", "long"], "'long' is not one of 'class', 'full'"),
        (["bench", "all"], "'all' is not one of 'reading', 'layers', 'cost'"),
    ],
)
def test_wrong_arguments_are_refused(arguments, words, capsys):
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


@pytest.fixture
def verb(monkeypatch):
    """A function: adds the verb `try` that does what it is given."""

    def add(callback):
        monkeypatch.setitem(cli.cli.commands, "try", click.Command("try", callback=callback))

    return add


def test_an_error_of_the_course_is_printed_without_traceback(verb, capsys):
    def fails():
        raise CourseError("data/x.csv, row 3: found nothing. Fetch it again.")

    verb(fails)
    assert main(["try"]) == 1
    assert capsys.readouterr().err == "\ndata/x.csv, row 3: found nothing. Fetch it again.\n"


def test_what_the_system_refuses_is_a_sentence(verb, capsys):
    def closed():
        raise PermissionError(errno.EACCES, "Permission denied", "/theirs/train.csv")

    verb(closed)
    assert main(["try"]) == 1
    assert capsys.readouterr().err == (
        "\nStopped: the system says [Errno 13] Permission denied: '/theirs/train.csv'. Make that "
        "path readable and writable for you, then run this again.\n"
    )


def test_another_error_is_not_hidden(verb):
    verb(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["try"])


def test_control_c_has_a_status_of_its_own(verb):
    def interrupted():
        raise KeyboardInterrupt

    verb(interrupted)
    assert main(["try"]) == 130


@pytest.mark.parametrize("name", ["grade", "gradde"])
def test_a_students_copy_says_that_it_has_no_such_verb(name, monkeypatch, capsys):
    monkeypatch.setattr(cli, "is_here", lambda room: room != "grading")
    monkeypatch.delitem(cli.cli.commands, "grade")
    assert main([name]) == 1
    assert f"no verb '{name}' in this copy of the course, which is for" in capsys.readouterr().err
