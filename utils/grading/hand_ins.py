"""Find hand-ins in a folder, and read their notebooks, without running anything."""

import filecmp
import json
import os
import re
import zipfile
from collections import defaultdict
from pathlib import PurePosixPath
from typing import NamedTuple

from utils.grading import names
from utils.grading.names import GradeError
from utils.grading.results import MISSING, UNREADABLE, one_line, printable
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import MAX_MB, HandInError, answers, parse

MAX_GB = 2  # of a file: it is read whole, and sent to the machine that grades it
_ARCHIVES = {".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"}


class NotRun(Exception):
    """Why a hand-in has no points, as (status, sentence)."""


class Found(NamedTuple):
    """A folder of hand-ins.

    of: {student: path}. flagged: sentences on what a person must look at. others: on files that
    are no hand-ins.
    """

    of: dict
    flagged: list
    others: list


def find(number, folder):
    """The hand-ins in a folder and in those below it, as Found.

    number: of the homework. A student is who the platform, the file or the folder says. Of
    several attempts the latest is taken; where nothing says which that is, all are, under names
    of their own. Raises GradeError for what is no folder, and for one without a hand-in.
    """
    folder = names.expect_folder(folder)
    uploads, strays, flagged = [], [], []
    for path in visible(folder):
        inside, manifest = _look_into(path)
        why = _why_left_out(path, inside, number)
        if why:
            flagged.append(f"{one_line(path)}: left out, {why}")
            continue
        one = names.upload(path, path.relative_to(folder), number, **manifest)
        is_hand_in = names.is_hand_in(path) and (path.is_symlink() or path.is_file())
        (uploads if is_hand_in else strays).append(one)
    claims, attempts, others = _choose(uploads)
    of, doubts = _students(claims, number)
    flagged += attempts + doubts
    handed_in = {one.person.casefold() for one in uploads}
    for one in strays:
        is_somebodys = one.is_named or one.path.suffix.lower() in _ARCHIVES
        sentence = f"{one_line(one.path)}: left out, it is neither a .zip nor an .ipynb"
        if is_somebodys and one.person.casefold() not in handed_in:
            flagged.append(f"{sentence}: ask {one.person or 'whose it is'} for one.")
        else:
            others.append(f"{sentence}.")
    if not of:
        said = " ".join([f"{folder}: no hand-in (.zip or .ipynb) is in it.", *flagged, *others])
        raise GradeError(said)
    return Found(of, flagged, others)


def _look_into(path):
    """(names of the files in a zip, what its manifest says of its student) before it is graded."""
    inside, said = [], {}
    if path.suffix.lower() == ".zip" and path.is_file() and not path.is_symlink():
        try:
            with zipfile.ZipFile(path) as packed:
                inside = [info.filename for info in packed.infolist() if not info.is_dir()]
                with packed.open("manifest.json") as file:
                    said = json.loads(file.read(100_000))
        except Exception:  # whatever zipfile meets; grading says why it cannot be opened
            pass
    said = said if isinstance(said, dict) else {}
    forms = {"student": r"[A-Za-z0-9_-]{1,100}", "packed": r"[0-9T:Z-]{20}"}
    return inside, {
        key: said[key]
        for key, form in forms.items()
        if isinstance(said.get(key), str) and re.fullmatch(form, said[key])
    }


def _why_left_out(path, inside, number):
    """Why a file cannot be one student's hand-in, "" if it may be."""
    if not path.is_symlink() and (path.is_dir() or not os.access(path, os.R_OK)):
        return "you have no right to read it (chmod -R u+rX)."
    if names.is_hand_in(path) and path.is_file() and path.stat().st_size > MAX_GB * 1e9:
        return (
            f"it has {path.stat().st_size / 1e9:.1f} GB, at most {MAX_GB}: ask for what `make "
            "handin` packs, or take everything but the notebook out of it."
        )
    packed = [
        names.upload(path, path, number)
        for path in map(PurePosixPath, inside)
        if names.is_hand_in(path) and not _is_hidden(path)
    ]
    wanted = HOMEWORKS[number].tasks_name
    exact = [one for one in packed if one.path.name == wanted]
    people = [
        one.person for one in packed if not exact or one.is_named or one.path.suffix == ".zip"
    ]
    if len(exact) != 1 and len(set(people)) > 1 and all(people):
        some = ", ".join(sorted(set(people))[:3])
        return (
            f"it is a zip of hand-ins, of {len(set(people))} students ({some}): unpack it here, "
            "and move it away."
        )
    return ""


def _choose(uploads):
    """[(person, Upload), ...] to be taken, and sentences on attempts and on copies that are not."""
    claims, flagged, others = [], [], []
    for person, attempts in names.hand_ins(uploads):
        kept = []
        for one in attempts:
            equal = next((other for other in kept if _are_copies(one, other)), None)
            if equal:
                others.append(f"{one_line(one.path)}: left out, it equals {one_line(equal.path)}.")
            else:
                kept.append(one)
        latest = names.latest(kept)
        for one in kept:
            if latest in (one, None):
                claims.append((person, one))
            else:
                flagged.append(
                    f"{one_line(one.path)}: left out, {one_line(latest.path)} is a later attempt "
                    f"of {person}: move that away to have this one, or rename it if it is another "
                    "student's."
                )
    return claims, flagged, others


def _are_copies(one, other):
    is_link = one.path.is_symlink() or other.path.is_symlink()
    return one.own == other.own and not is_link and filecmp.cmp(one.path, other.path, False)


def _students(claims, number):
    """({student: path}, sentences on those in doubt) of [(person, Upload), ...]."""
    of, doubts, of_one = {}, [], defaultdict(list)
    claims = [(person or names.clean(one.path.stem) or "nobody", one) for person, one in claims]
    for student, person, one in names.apart(claims):
        of[student] = one.path
        taken = f"{one_line(one.path)}: taken as {student}, but"
        rename = f"rename it to homework_{number}_STUDENT{one.path.suffix}"
        says = names.clean(one.student).casefold()
        if not one.person:
            hint = f" (the manifest in it says {one.student})" if one.student else ""
            doubts.append(f"{taken} its name does not say whose it is{hint}: {rename}.")
            continue
        if one.own and says not in ("", one.own.casefold(), one.base.casefold()):
            doubts.append(
                f"{taken} the manifest in it says {one.student}: find out whose it is, and "
                f"{rename}."
            )
        of_one[person.casefold()].append(f"{one_line(one.path)} as {student}")
    for files in of_one.values():
        if len(files) > 1:
            doubts.append(
                "These may be one student's, and nothing says which is the latest: "
                f"{', '.join(files)}; move away what does not count, or rename what is another's."
            )
    return of, doubts


def visible(folder):
    """The files and links in a folder and those below it, and folders that cannot be read.

    Hidden ones and macOS' own are left out.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     folder = pathlib.Path(name)
    ...     for file in ("b.zip", ".a.zip"):
    ...         (folder / file).touch()
    ...     [path.name for path in visible(folder)]
    ['b.zip']
    """
    for path in sorted(folder.rglob("*")):
        if _is_hidden(path.relative_to(folder)):
            continue
        if path.is_symlink() or not path.is_dir() or not os.access(path, os.R_OK | os.X_OK):
            yield path


def _is_hidden(path):
    return any(part.startswith((".", "__MACOSX")) for part in path.parts)


def read(path, number):
    """(notebook, {question: answer in words}) of a hand-in; NotRun says why it has none."""
    data, wanted = notebook_bytes(path, number), HOMEWORKS[number].tasks_name
    try:
        notebook = parse(data, wanted, number)
    except HandInError as error:
        raise NotRun(UNREADABLE, str(error)) from None
    return notebook, {
        question: printable(text, 20_000) for question, text in answers(notebook).items()
    }


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
    """The notebook in a zip, in whatever folder: the one of this name, or the only one."""
    every = [(PurePosixPath(info.filename.replace("\\", "/")), info) for info in packed.infolist()]
    inside = [(path, info) for path, info in every if not (info.is_dir() or _is_hidden(path))]
    notebooks = [(path, info) for path, info in inside if path.suffix.lower() == ".ipynb"]
    found = [info for path, info in notebooks if path.name == wanted]
    if not found:
        found = [info for _, info in notebooks]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(info.filename for info in found[:4])
        raise NotRun(UNREADABLE, f"{wanted} is in the zip {len(found)} times ({names})")
    if any(path.suffix.lower() == ".zip" for path, _ in inside):
        raise NotRun(MISSING, f"{wanted} is not in the zip, which holds other zips: unpack it")
    raise NotRun(MISSING, f"{wanted} is not in the zip")
