"""The course as students get it: one zip of what is committed, without what only teachers need.

The zip holds the students' site, too, to be read before anything is installed.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import nbformat

from utils import cli, files, paths
from utils.errors import CourseError
from utils.grading.student_version import student_version
from utils.homework.homeworks import HOMEWORKS

WITHHELD = (
    *("notebooks/solutions/", "tests/", "utils/grading/", "utils/bench/side_by_side.py"),
    *(".ci/", ".github/"),
    *(".pre-commit-config.yaml", "CONTRIBUTING.md", "CHANGELOG.md"),
)
# Students get others under these names.
REWRITTEN = ("README.md", "Makefile")
_README = "utils/grading/student_readme.txt"


class ReleaseError(CourseError):
    """Why nothing was packed for students, and what to do."""


def write_release():
    """Zip what is committed, but for what is WITHHELD; return (path, what is left out).

    README.md is the students' own, and Makefile has the verbs that they can use. In site/ is the
    course as a site, made from what is packed, with the outputs that are saved.

    What is left out: names of files that differ from what is committed, or are not committed at
    all, as what JupyterLab saved in the middle of a run. Raises ReleaseError if this folder is no
    git clone, or a committed student's version is not what its committed solution makes.
    """
    _git("rev-parse", "--verify", "HEAD")
    _expect_student_versions()
    withheld = [f":(exclude){folder}" for folder in WITHHELD]
    others = [f":(exclude){name}" for name in REWRITTEN]
    with files.atomic_write(paths.RELEASE) as beside:
        _git(
            "archive",
            "--format=zip",
            f"--prefix={paths.RELEASE.stem}/",
            f"--output={beside}",
            "HEAD",
            "--",
            ".",
            *withheld,
            *others,
        )
        makefile = makefile_for_students(_committed("Makefile"))
        with zipfile.ZipFile(beside, "a") as packed:
            for name, text in zip(REWRITTEN, (_committed(_README), makefile), strict=True):
                member = zipfile.ZipInfo(f"{paths.RELEASE.stem}/{name}", time.localtime()[:6])
                member.external_attr = 0o100644 << 16  # readable for all, as git's are
                packed.writestr(member, text, zipfile.ZIP_DEFLATED)
        _add_site(beside)
    status = _git(
        "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".", *withheld
    )
    return paths.RELEASE, [line[3:] for line in status.split("\0") if line]


def _add_site(release):
    """Make the site of a packed course and pack it, too; ReleaseError where that fails."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(release, "a") as packed:
        packed.extractall(folder)
        course, build = Path(folder, paths.RELEASE.stem), Path(folder, "build")
        ran = subprocess.run(
            [sys.executable, "-m", "utils", "site"],
            cwd=course,
            env=os.environ | {"PYTHONPATH": str(course), "COURSE_BUILD": str(build)},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        if ran.returncode:
            raise ReleaseError(f"Nothing was packed. {ran.stderr.strip()}")
        for path in sorted((build / "site").rglob("*")):
            name = path.relative_to(build).as_posix()
            packed.write(path, f"{course.name}/{name}", zipfile.ZIP_DEFLATED)


def _expect_student_versions():
    for homework in HOMEWORKS.values():
        solution, notebook = (
            _committed(path.relative_to(paths.ROOT).as_posix())
            for path in (homework.tasks_solution, homework.tasks_notebook)
        )
        made = student_version(nbformat.reads(solution, as_version=4))
        if nbformat.writes(made) + "\n" != notebook:
            raise ReleaseError(
                f"{homework.tasks_notebook} is committed, but is not what its committed solution "
                "makes: `make student` writes it anew, and `git commit -a` keeps it."
            )


def makefile_for_students(makefile):
    """The text of a Makefile without the rules of verbs that students cannot use.

    A rule begins after an empty line.

    >>> makefile_for_students("lab:  ## open\\n\\ngrade:  ## grade\\n")
    'lab:  ## open\\n'
    """
    parts = []
    for part in makefile.split("\n\n"):
        verb = re.match(r"([a-z0-9-]+):.*##", part)
        if verb is None or verb[1] in cli.FOR_STUDENTS:
            parts.append(part)
    phony = f".PHONY: help {' '.join(cli.FOR_STUDENTS)}"
    return re.sub(r"^\.PHONY:.*$", phony, "\n\n".join(parts), flags=re.MULTILINE).rstrip() + "\n"


def _committed(name):
    """A file of the course, by its path from the course's folder, as it is committed."""
    return _git("show", f"HEAD:./{name}")


def _git(*arguments):
    """What git says in the course's folder; ReleaseError if it can't."""
    try:
        ran = subprocess.run(
            ["git", *arguments], cwd=paths.ROOT, capture_output=True, encoding="utf-8", check=True
        )
    except FileNotFoundError:
        raise ReleaseError("There is no git here (https://git-scm.com): install it.") from None
    except subprocess.CalledProcessError as error:
        raise ReleaseError(
            f"{paths.ROOT} is no git clone with a commit, and what is released is what is "
            f"committed ({error.stderr.strip()})."
        ) from None
    return ran.stdout
