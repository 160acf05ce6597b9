"""The course as students get it: one zip of what is committed, without what only teachers need."""

import subprocess

import nbformat

from utils import files, paths
from utils.errors import CourseError
from utils.grading.student_version import student_version
from utils.homework.homeworks import HOMEWORKS

WITHHELD = ("notebooks/solutions/", "tests/", ".ci/", "utils/grading/")


class ReleaseError(CourseError):
    """Why nothing was packed for students, and what to do."""


def write_release():
    """Zip what is committed, but for what is WITHHELD; return (path, what is left out).

    What is left out: names of files that differ from what is committed, or are not committed at
    all, as what JupyterLab saved in the middle of a run. Raises ReleaseError if this folder is no
    git clone, or a committed student's version is not what its committed solution makes.
    """
    _git("rev-parse", "--verify", "HEAD")
    _expect_student_versions()
    withheld = [f":(exclude){folder}" for folder in WITHHELD]
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
        )
    status = _git(
        "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".", *withheld
    )
    return paths.RELEASE, [line[3:] for line in status.split("\0") if line]


def _expect_student_versions():
    for homework in HOMEWORKS.values():
        made = student_version(nbformat.reads(_committed(homework.tasks_solution), as_version=4))
        if nbformat.writes(made) + "\n" != _committed(homework.tasks_notebook):
            raise ReleaseError(
                f"{homework.tasks_notebook} is committed, but is not what its committed solution "
                "makes: `make student` writes it anew, and `git commit -a` keeps it."
            )


def _committed(path):
    """A file of the course, as text, as it is committed."""
    return _git("show", f"HEAD:./{path.relative_to(paths.ROOT).as_posix()}")


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
