"""The course as students get it: one zip, without solutions, tests and grader."""

import subprocess
import zipfile

from utils import files, paths
from utils.errors import CourseError
from utils.grading.student_version import outdated

WITHHELD = ("notebooks/solutions/", "tests/", ".ci/", "utils/grading/")


class ReleaseError(CourseError):
    """Why nothing was packed for students, and what to do."""


def write_release():
    """Zip what students get: what git keeps, but for what is WITHHELD; return the path.

    Raises ReleaseError if this folder is no git clone, or a student's version is out of date.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        raise ReleaseError(
            f"{paths.ROOT} is no git clone, and only git knows which files belong to the course "
            f"({listed.stderr.strip()})."
        )
    for path, _ in outdated():
        raise ReleaseError(
            f"{path} is not what its solution makes. Are your answers in it? `make student` "
            f"writes it anew and keeps a copy in {paths.REPLACED}."
        )
    names = [
        name
        for name in listed.stdout.split("\0")
        if name and not name.startswith(WITHHELD) and (paths.ROOT / name).exists()
    ]
    with (
        files.atomic_write(paths.RELEASE) as beside,
        zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in names:
            packed.write(paths.ROOT / name, f"{paths.RELEASE.stem}/{name}")
    return paths.RELEASE
