"""Whose a hand-in is, by what platforms, browsers and people make of names of files and folders."""

import os
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

from utils.errors import CourseError

# How platforms name the file or the folder of an upload. who: its student. id: the platform's
# number of the student. when: grows with each attempt. own: the name that the student gave.
_PLATFORMS = [
    re.compile(form, re.IGNORECASE | re.DOTALL)
    for form in (
        # Canvas: byronada_LATE_4711_99120_homework_1_ada-1.zip
        r"(?!homework)(?P<who>.+?)(?:_late)?_(?P<id>\d+)_(?P<when>\d{1,30})_(?P<own>.+)",
        # Blackboard: homework1_ada_attempt_2026-11-01-12-00-00_homework_1_tasks.ipynb
        r"(?:homework[\s_-]?\d+(?:[\s_-]tasks)?_)?(?P<who>.+)_attempt_(?P<when>\d[\d-]{,30})(?:_(?P<own>.+))?",
        # Moodle: Ada Byron_4711_assignsubmission_file/
        r"(?P<who>.+)_(?P<id>\d+)_assignsubmission_file(?:_(?P<own>.*))?",
        # Brightspace: 4711-99120 - Ada Byron - Nov 1, 2026 1200 PM/
        r"(?P<id>\d+)-\d+ - (?P<who>.+) - (?P<date>.+)",
    )
]
# What browsers, file managers and Jupyter write behind the name of a copy, or before it.
_COPY = re.compile(
    r"(?:[\s_-]*\((?:\d+|[^()]*conflicted copy[^()]*)\)"
    r"|-copy\d+|\s(?:- )?(?:copy|copie|copia|kopie|kopia)(?: ?\d+| \(\d+\))?)+$"
    r"|^(?:copy of|kopie von|copie de|copia de) ",
    re.IGNORECASE,
)
# What Canvas writes behind the name of a later attempt, Safari and macOS behind that of a copy.
_COUNT = re.compile(r"(?P<base>.*)[ -](?P<count>\d{1,3})", re.DOTALL)
_SUFFIX = re.compile(r"\.(?:zip|ipynb|ipynb\.json|ipynb\.txt)$", re.IGNORECASE)
_OF_NOBODY = {"submission attachment(s)"}  # Sakai's folder in that of each student
_NOT_ON_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


class GradeError(CourseError):
    """Why no class can be graded, and what to do."""


def expect_folder(path):
    """The folder at `path`; GradeError says what is there if it is none.

    >>> expect_folder("no/such/place")
    Traceback (most recent call last):
    utils.grading.names.GradeError: no/such/place: there is no such folder.
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise GradeError(f"{path}: there is no such folder.")
    if not path.is_dir():
        raise GradeError(
            f"{path}: this is a file: name the folder that holds the hand-ins, and unpack them "
            "into one if they came in one zip."
        )
    if not os.access(path, os.R_OK | os.X_OK):
        raise GradeError(f"{path}: you have no right to read this folder (chmod u+rx).")
    return path


@dataclass(frozen=True)
class Upload:
    """A file, and who is said to have handed it in.

    folder: that it is in, seen from the folder of hand-ins. person: by platform, file or folder; ""
    if none says. own: as whom its student named it, "" if the file's name says nobody; base: that
    without a count of copies or attempts. when, count: grow with each attempt, 0 where not said.
    is_named: its name is that of this homework, or a platform's. student, packed: as the
    manifest inside says, which its student wrote.
    """

    path: Path
    folder: PurePath
    person: str
    own: str
    base: str
    when: int
    count: int
    by_platform: bool
    is_named: bool
    student: str = ""
    packed: str = ""


def is_hand_in(path):
    """Whether a file's name ends as that of a hand-in; some browsers save .ipynb as text or JSON.

    >>> is_hand_in("ada.ZIP"), is_hand_in("homework_1_tasks.ipynb.txt"), is_hand_in("notes.txt")
    (True, True, False)
    """
    return bool(_SUFFIX.search(PurePath(path).name))


def upload(path, place, number, *, student="", packed=""):
    """The Upload at `path`, which is `place` seen from the folder of hand-ins.

    number: of the homework. student, packed: of its manifest.

    >>> upload(None, "byronada_LATE_4711_99121_homework_1_ada-1.zip", 1).person
    'byronada_4711'
    >>> upload(None, "Ada Byron/homework_1_tasks (1).ipynb", 1).person
    'Ada_Byron'
    """
    place = PurePath(place)
    whole = place.name if is_hand_in(place) else place.stem
    stem = _composed(_SUFFIX.sub("", whole))
    folders = [_composed(name) for name in reversed(place.parent.parts)]
    homework = re.compile(rf"homework[\s_-]?{number}(?!\d)(?:[\s_-]tasks(?![^\W_]))?", re.I)
    named = {"is_named": bool(homework.search(stem)), "student": student, "packed": packed}

    by_platform = _by_platform([stem, *folders])
    if by_platform:
        part, found = by_platform
        given = (found.get("own") or "") if part is stem else stem
        own, base, count = _without(homework, given)
        person = clean("_".join(filter(None, (found["who"], found.get("id")))))
        when = int(re.sub(r"\D", "", found.get("when") or "0")) or _time(found.get("date"))
        said = {"by_platform": True, **named, "is_named": True}
    else:
        own, base, count = _without(homework, stem)
        of_folders = (_without(homework, name)[0] for name in folders)
        of_folder = next(filter(None, of_folders), "")
        person = own if named["is_named"] and own else of_folder or own
        when = 0
        said = {"by_platform": False, **named}
    return Upload(path, place.parent, person, own, base, when, count, **said)


def _time(text):
    """Brightspace's "Nov 1, 2026 1200 PM" as a number that grows; 0 for another text."""
    try:
        return int(datetime.strptime(text or "", "%b %d, %Y %I%M %p").strftime("%Y%m%d%H%M"))
    except ValueError:
        return 0


def _composed(text):
    """A name with its accents as Windows and Linux write them; macOS may write them apart."""
    return unicodedata.normalize("NFC", text)


def _by_platform(parts):
    """(part, what a platform's form finds in it) of the first part that is of one, or None."""
    for part in parts:
        for form in _PLATFORMS:
            if found := form.fullmatch(part):
                return part, found.groupdict()
    return None


def _without(homework, text):
    """(name, name without a count behind it, count) in a part of a path; "" if it says nobody."""
    text = homework.sub("", _COPY.sub("", text))
    if text.strip().lower() in _OF_NOBODY:
        return "", "", 0
    counted = _COUNT.fullmatch(text)
    base = clean(counted["base"]) if counted else clean(text)
    return (clean(text) if base else ""), base, int(counted["count"]) if counted else 0


def clean(text):
    """A text as the name of a file on every system: letters, digits, `_`, `-` and `.`.

    >>> clean("Zoë O'Neil"), clean("con")
    ('Zoë_O_Neil', '_con')
    """
    signs = [
        sign if unicodedata.category(sign)[0] in "LMN" or sign in "_.-" else "_" for sign in text
    ]
    name = "".join(signs).strip("_.-").encode()[:120].decode(errors="ignore").strip("_.-")
    return f"_{name}" if _NOT_ON_WINDOWS.fullmatch(name) else name


def hand_ins(uploads):
    """[(person, [Upload, ...]), ...]: the attempts and copies of each hand-in together.

    ada-1 is an attempt of ada's if its manifest says so, or, where it has none, if one of ada's is
    beside it; else a student of that name.

    >>> files = ["ada.zip", "ada-1.zip", "team-1.zip", "team-2.zip"]
    >>> [person for person, _ in hand_ins([upload(None, file, 1) for file in files])]
    ['ada', 'team-1', 'team-2']
    """
    beside = {(one.folder, one.own) for one in uploads if not one.count}
    groups = defaultdict(list)
    for one in uploads:
        if one.by_platform:
            groups[one.person, ""].append(one)
        elif not one.person:
            groups["", one.path].append(one)
        else:
            is_attempt = one.count and (
                one.student == one.base if one.student else (one.folder, one.base) in beside
            )
            person = one.base if is_attempt and one.own else one.person
            groups[person, one.folder].append(one)
    return [(person, attempts) for (person, _), attempts in groups.items()]


def latest(attempts):
    """The one Upload that is later than all others of a hand-in, or None if nothing says so."""
    for said in ("when", "count", "packed"):
        values = [getattr(one, said) for one in attempts]
        if values.count(max(values)) == 1 and (said == "count" or all(values)):
            return attempts[values.index(max(values))]
    return None


def apart(claims):
    """[(student, person, Upload), ...] for [(person, Upload), ...]: no student is there twice.

    Names that differ in case only count as equal: some file systems know no difference.

    >>> one, other = (upload(None, file, 1) for file in ("a/ada.zip", "b/ada.zip"))
    >>> [student for student, _, _ in apart([("ada", one), ("ada", other)])]
    ['a_ada', 'b_ada']
    """
    equal = defaultdict(list)
    for person, one in claims:
        equal[person.casefold()].append((person, one))
    found, taken = [], set()
    for group in sorted(equal.values(), key=len):
        students = [person for person, _ in group]
        if len({one.folder for _, one in group}) == len(group) > 1:
            students = [clean(f"{one.folder.name}_{person}") for person, one in group]
        for student, (person, one) in zip(students, group, strict=True):
            free, n = student, 0
            while free.casefold() in taken:
                n += 1
                free = f"{student}-{n}"
            taken.add(free.casefold())
            found.append((free, person, one))
    return found
