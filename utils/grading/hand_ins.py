"""Find hand-ins in a folder, and read their notebooks, without running anything."""

import re
import zipfile
from pathlib import Path, PurePosixPath

from utils.errors import CourseError
from utils.grading.results import MISSING, UNREADABLE, printable
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import MAX_MB, HandInError, answers, parse


class GradeError(CourseError):
    """Why no class can be graded, and what to do."""


class NotRun(Exception):
    """Why a hand-in has no points, as (status, sentence)."""


def find(number, folder):
    """({student: path} of a folder's hand-ins, sentences on files that are none).

    number: of the homework. A student is who the file's name says, or the folder's where the
    notebook kept its own name. Raises GradeError for a missing or empty folder, and where two
    files are one student's.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise GradeError(f"{folder}: there is no such folder.")
    homework = HOMEWORKS[number]
    found, others = {}, []
    for path in visible(folder):
        is_one = path.is_symlink() or path.is_file()
        if path.suffix.lower() not in (".zip", ".ipynb") or not is_one:
            others.append(f"{path}: not graded, it is neither a .zip nor an .ipynb.")
            continue
        stem = path.parent.name if path.stem == homework.tasks_notebook.stem else path.stem
        name = re.sub(r"[^\w.-]", "_", stem.removeprefix(f"{homework.name}_")).lstrip("_.-")
        if not name:
            others.append(f"{path}: not graded, its name says of nobody that it is theirs.")
            continue
        same = [other for other in found if other.casefold() == name.casefold()]
        if same:
            raise GradeError(
                f"{found[same[0]]} and {path} are both hand-ins of {name}: move one away."
            )
        found[name] = path
    if not found:
        raise GradeError(f"{folder}: no hand-in (.zip or .ipynb) is in it. " + " ".join(others))
    return found, others


def visible(folder):
    """The files and links in a folder and those below it, hidden ones and macOS' own left out.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     folder = pathlib.Path(name)
    ...     for file in ("b.zip", ".a.zip"):
    ...         (folder / file).touch()
    ...     [path.name for path in visible(folder)]
    ['b.zip']
    """
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith((".", "__MACOSX")) for part in parts):
            continue
        if path.is_symlink() or not path.is_dir():
            yield path


def read(path, number):
    """(notebook, {question: answer in words}) of a hand-in; NotRun says why it has none."""
    data, wanted = notebook_bytes(path, number), HOMEWORKS[number].tasks_name
    try:
        notebook = parse(data, wanted, number)
        return notebook, {
            question: printable(text, 20_000) for question, text in answers(notebook).items()
        }
    except HandInError as error:
        raise NotRun(UNREADABLE, str(error)) from None
    except Exception as error:  # whatever odd contents do to nbformat
        said = f"{wanted}: this is no notebook as Jupyter saves them ({type(error).__name__})"
        raise NotRun(UNREADABLE, said) from None


def notebook_bytes(path, number):
    """The notebook's file, of a zip or as it is; of a zip no other file is unpacked.

    Raises NotRun for links, damaged files, and more than MAX_MB.
    """
    if path.is_symlink() or not path.is_file():
        raise NotRun(UNREADABLE, "this is a link, not a file")
    most = int(MAX_MB * 1e6)
    try:
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as packed:
                member = _member(packed, HOMEWORKS[number].tasks_name)
                with packed.open(member) as file:
                    data = file.read(most + 1)
        else:
            with path.open("rb") as file:
                data = file.read(most + 1)
    except NotRun:
        raise
    except Exception as error:  # zipfile and its unpackers raise whatever they meet
        said = f"it cannot be opened ({type(error).__name__}: {error}); ask for it again"
        raise NotRun(UNREADABLE, said) from None
    if len(data) > most:
        raise NotRun(UNREADABLE, f"the notebook has more than {MAX_MB} MB")
    return data


def _member(packed, wanted):
    """The one file of this name in a zip, in whatever folder."""
    found = [info for info in packed.infolist() if PurePosixPath(info.filename).name == wanted]
    inside = [info for info in found if ".." not in PurePosixPath(info.filename).parts]
    if not inside:
        raise NotRun(MISSING, f"{wanted} is not in the zip")
    if len(inside) > 1:
        raise NotRun(UNREADABLE, f"{wanted} is in the zip {len(inside)} times")
    return inside[0]
