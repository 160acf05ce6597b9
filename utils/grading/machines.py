"""What a machine must be to grade: it has a sandbox, what hand-ins need, and the same course.

Asked of this machine, and of each machine of a cluster before it gets work.
"""

import hashlib
from pathlib import Path

from utils import engine, machine, paths
from utils.grading import isolation
from utils.grading.names import GradeError
from utils.grading.sandbox import too_low, why_not
from utils.homework.homeworks import HOMEWORKS


def sandboxes(unprotected=False):
    """The backends of a sandbox that will do, the best first; None is no sandbox.

    >>> sandboxes(unprotected=True)
    ['bubblewrap', 'unshare', None]
    """
    return [*isolation.PROGRAMS, *([None] if unprotected else [])]


def sandbox_of(backends):
    """The first of some backends that works on this machine; GradeError if none does."""
    for by in backends:
        if by is None or not why_not(by):
            return by
    raise GradeError(
        "This machine cannot run hand-ins apart from your files and your network "
        f"({'; '.join(f'{name}: {why_not(name)}' for name in backends)}). On Linux "
        "install bubblewrap (apt install bubblewrap), and on Ubuntu allow it (sudo sysctl -w "
        "kernel.apparmor_restrict_unprivileged_userns=0); elsewhere grade in a Linux virtual "
        "machine. If nothing here can be lost or read, say --unprotected (make grade ... "
        "UNPROTECTED=1)."
    )


def expect_fit(backends, limits):
    """Raise GradeError unless this machine can run a hand-in apart, and leaves it what it needs.

    backends: as of `sandboxes`. limits: of each hand-in, `sandbox.Limits`.
    """
    by = sandbox_of(backends)
    if sentence := too_low(limits):
        raise GradeError(sentence)
    if by:
        _expect_hidden()


def _expect_hidden():
    for path in (paths.SOLUTIONS, Path("~")):
        if shown := isolation.shown_by(path):
            raise GradeError(
                f"{path.expanduser()}: every hand-in could read it, as Python lies in {shown}, "
                "which holds it: make a virtual environment in a folder of its own (python -m venv "
                ".venv in the course's folder), and grade with its Python."
            )


def expect_files_hidden(of_students, place):
    """Raise GradeError where a hand-in could read files of students, or `place`, the grades."""
    for path in of_students:
        if shown := isolation.shown_by(path):
            raise GradeError(
                f"{path}: every hand-in could read it, as {shown}, which hand-ins need, holds it: "
                "move the hand-ins to a folder elsewhere."
            )
    if shown := isolation.shown_by(place):
        raise GradeError(
            f"{place}: every hand-in could read the grades, as {shown}, which hand-ins need, "
            "holds them: name a folder elsewhere in the variable COURSE_BUILD."
        )


def depends_on(number):
    """{what: its version}: all that grades of a homework depend on beside the hand-in and limits.

    The solution, the modules and packages that checks and hand-ins call, the data that they read,
    Python.
    """
    modules = machine.modules(without=("bench", "course"))  # no check calls these
    solution = [path for path in HOMEWORKS[number].solution.parent.iterdir() if path.is_file()]
    return machine.installed() | machine.contents([*modules, *solution, *isolation.SAMPLES])


def version(number, limits):
    """One text for all that grades depend on beside the hand-in.

    >>> from utils.grading.sandbox import Limits
    >>> version(1, Limits()) == version(1, Limits(gib=9))
    False
    """
    facts = [sorted(depends_on(number).items()), limits]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def look(number, backends, limits):
    """(why this machine cannot grade or "", {what: version}, bytes of memory left)."""
    try:
        expect_fit(backends, limits)
    except GradeError as why:
        return str(why), {}, 0
    return "", depends_on(number), machine.memory_left()


def fit_hosts(client, number, backends, limits):
    """As `engine.fit_hosts`, of the machines that can grade. Raises GradeError where none can."""
    asked = look, (number, backends, limits)
    fit = engine.fit_hosts(client, *asked, depends_on(number), limits.gib, "hand-in")
    if not fit.at_a_time:
        raise GradeError("\n".join(["No machine of the cluster can grade.", *fit.refusals]))
    return fit
