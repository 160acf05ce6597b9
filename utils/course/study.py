"""Each claim of the ledger with many seeds: its lesson runs again and again, each time with others.

A piece of work is one run of a lesson up to its last claim, with as many seeds as the lesson has
itself. Its assertions are about the lesson's own seeds and are left out (python -O); what
`claims.verdict` is told is collected instead.
"""

import ast
import contextlib
import datetime
import hashlib
import itertools
import json
import math
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import nbformat

from utils import bench, claims, engine, files, kernels, machine, paths
from utils.course import ledger, run, stand_ins
from utils.errors import CourseError

GIB = 4  # that a lesson may take
# No lesson calls these.
_WITHOUT_INFLUENCE = ("bench", "course", "grading", "homework")


class StudyError(CourseError):
    """Why a lesson was not run with some seeds."""


def lessons(words=""):
    """Names of the notebooks that test a claim, all or those asked for.

    words: numbers of lessons or names, as "1 4 applications/02_chorales". Raises StudyError for
    another one.

    >>> lessons("1 4")
    ['01_vanishing_gradients', '04_inside_a_trained_lstm']
    >>> lessons("7")
    Traceback (most recent call last):
    utils.course.study.StudyError: LESSONS=7: no claim is tested there. Claims are tested in 1, 2, \
3, 4, 5, 6, 8, applications/02_chorales.
    """
    tested = {}  # as it may be asked for -> its name
    for name in sorted(claims.ledger().lesson.unique()):
        tested[name if "/" in name else str(int(name[:2]))] = name
    chosen = [tested.get(word.lstrip("0"), word) for word in words.split()]
    for word, name in zip(words.split(), chosen, strict=True):
        if name not in tested.values():
            raise StudyError(
                f"LESSONS={word}: no claim is tested there. Claims are tested in "
                f"{', '.join(tested)}."
            )
    return chosen or list(tested.values())


def seeds_of_runs(lesson, n_seeds):
    """The seeds of each run of a lesson, as many as it has itself, until there are `n_seeds`.

    >>> seeds_of_runs("01_vanishing_gradients", 8)
    [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    """
    [cell] = [cell for cell in _read(lesson).cells if "parameters" in cell.metadata.get("tags", [])]
    [own] = [
        ast.literal_eval(line.value)
        for line in ast.parse(cell.source).body
        if isinstance(line, ast.Assign) and line.targets[0].id == "SEEDS"
    ]
    runs = range(math.ceil(n_seeds / len(own)))
    return [[seed + k * len(own) for seed in own] for k in runs]


def _read(lesson):
    """A lesson up to its last claim, the part that is run."""
    notebook = nbformat.read(paths.NOTEBOOKS / f"{lesson}.ipynb", as_version=4)
    notebook.cells = ledger.until_last_claim(notebook)
    return notebook


def depends_on(lesson):
    """{what: its version}: all that the results of a lesson depend on beside the seeds."""
    return (
        machine.installed()
        | machine.contents(machine.modules(_WITHOUT_INFLUENCE))
        | {f"notebooks/{lesson}.ipynb": ledger.code_of(_read(lesson).cells)}
    )


def look(chosen):
    """(why this machine cannot run these lessons or "", {what: version}, bytes of memory left)."""
    there = {what: version for lesson in chosen for what, version in depends_on(lesson).items()}
    return "", there, machine.memory_left()


def measure(lesson, seeds):
    """What a lesson finds with some seeds, run in a kernel of its own: a dict of plain data.

    It holds lesson, seeds, and why, the reason where there are no results; or else found, a list
    of what `claims.verdict` was told, seconds, machine and date.
    """
    about = {"lesson": lesson, "seeds": seeds, "why": None}
    start = time.perf_counter()
    try:
        found = _found(lesson, seeds)
    except CourseError as why:
        return about | {"why": f"{lesson}, seeds {_shown(seeds)}: {why}"}
    return about | {
        "found": found,
        "seconds": round(time.perf_counter() - start),
        "machine": bench.machine(),
        "date": datetime.date.today().isoformat(),
    }


def _found(lesson, seeds):
    kernels.prepare()
    notebook = _read(lesson)
    if why := stand_ins.missing_data(notebook):
        raise StudyError(f"its results would be those of a stand-in. {why}")
    with tempfile.TemporaryDirectory(prefix="study-", ignore_cleanup_errors=True) as folder:
        source, collected = Path(folder, "lesson.ipynb"), Path(folder, "found.jsonl")
        nbformat.write(notebook, source)
        variables = {"COURSE_STUDY": str(collected), "COURSE_THREADS": "1", "PYTHONOPTIMIZE": "1"}
        place = (paths.NOTEBOOKS / lesson).parent
        try:
            executed = Path(folder, "run.ipynb")
            run.execute(source, executed, {"SEEDS": seeds}, place, variables, bar=False)
        except run.Stopped as where:
            raise StudyError(where) from None
        return [json.loads(line) for line in collected.read_text("utf-8").splitlines()]


def _shown(seeds):
    return f"{seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else str(seeds[0])


def study(chosen, n_seeds, address=None, say=print):
    """Run lessons until each has `n_seeds` seeds, and write what was found to notebooks/study/.

    chosen: as of `lessons`. address: of a Dask scheduler; by default this machine works. say:
    called with sentences on how it goes. What was run before, and would be the same, is not run
    again.
    Returns (paths of what was written, [why a run has no results]).
    """
    kernels.prepare()
    pieces = {lesson: _pieces(lesson, n_seeds) for lesson in chosen}
    errors = _run(list(itertools.chain(*pieces.values())), chosen, address, say)
    written = [_written(lesson, of_lesson, say) for lesson, of_lesson in pieces.items()]
    return list(filter(None, written)), errors


@dataclass(frozen=True)
class _Piece:
    """A run of a lesson with some seeds. version: of all else that its results depend on."""

    lesson: str
    seeds: list[int]
    path: Path
    version: str

    def found(self):
        """What it found before, or None where it was never made, or would be another one now."""
        try:
            found = json.loads(self.path.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return found if found["version"] == self.version else None

    def keep(self, found):
        files.write_text(self.path, json.dumps(found | {"version": self.version}))


def _pieces(lesson, n_seeds):
    """All runs of a lesson, whether they were made before or not, a list."""
    version = hashlib.sha256(repr(sorted(depends_on(lesson).items())).encode()).hexdigest()
    folder = paths.BUILD / "study" / lesson
    files.expect_writable(folder)
    return [
        _Piece(lesson, seeds, folder / f"seeds_{seeds[0]}_to_{seeds[-1]}.json", version)
        for seeds in seeds_of_runs(lesson, n_seeds)
    ]


def _run(pieces, chosen, address, say):
    """Run those pieces that have no results yet; returns [why one has none]."""
    waiting = {(piece.lesson, piece.seeds[0]): piece for piece in pieces if not piece.found()}
    there = len(pieces) - len(waiting)
    say(f"{there} of {len(pieces)} runs are there, {len(waiting)} are to be made.")
    # All lessons get some seeds before one gets more.
    order = sorted(waiting.values(), key=lambda piece: piece.seeds[0])
    asked = [(piece.lesson, piece.seeds) for piece in order]
    errors, start = [], time.perf_counter()
    for number, found in enumerate(_measured(asked, chosen, address, say), 1):
        if found["why"]:
            errors.append(found["why"])
        else:
            waiting[found["lesson"], found["seeds"][0]].keep(found)
        left = (time.perf_counter() - start) / number * (len(waiting) - number) / 60
        how = "FAILED" if found["why"] else f"{found['seconds']} s"
        what = f"{found['lesson']}, seeds {_shown(found['seeds'])}"
        say(f"[{number}/{len(waiting)}] {what}: {how}; about {left:.0f} minutes left")
    return errors


def _written(lesson, pieces, say):
    """Write what a lesson's runs found; returns the path, or None where nothing was written."""
    results = list(filter(None, (piece.found() for piece in pieces)))
    if not results:
        return None
    path, text = ledger.path_of_study(lesson), together(lesson, results)
    before, now = ledger.study(lesson), json.loads(text)
    if before and before["code"] == now["code"] and before["seeds"] > now["seeds"]:
        say(f"{path} stays: it has {before['seeds']} seeds, and {now['seeds']} were run.")
        return None
    files.write_text(path, text)
    return path


def _measured(waiting, chosen, address, say):
    """Yield what `measure` says of each (lesson, seeds), as soon as it is done."""
    with contextlib.ExitStack() as until_then:
        cluster = hosts = at_a_time = None
        if not address:
            at_a_time = machine.at_a_time(len(waiting), GIB, "lesson", say)
        else:
            cluster = until_then.enter_context(engine.cluster(address))
            _, here, _ = look(chosen)
            fit = engine.fit_hosts(cluster, look, (chosen,), here, GIB, "lesson")
            if not fit.at_a_time:
                raise StudyError(
                    "\n".join(["No machine of the cluster can run lessons.", *fit.refusals])
                )
            hosts = fit.hosts
            say("\n".join([*fit.refusals, f"{address}: {fit.at_a_time} lessons at a time."]))
        try:
            yield from engine.done(measure, waiting, at_a_time, cluster, hosts)
        except KeyboardInterrupt:
            run.end_kernels()
            raise


def together(lesson, runs):
    """The text of notebooks/study/LESSON.json: what all runs of a lesson found, claim by claim.

    runs: as of `measure`, in the order of their seeds.
    """
    of_claims = defaultdict(lambda: {"findings": defaultdict(list), "values": defaultdict(list)})
    for one in runs:
        for found in one["found"]:
            for part in ("findings", "values"):
                for what, numbers in found[part].items():
                    numbers = numbers if isinstance(numbers, list) else [numbers]
                    of_claims[found["number"]][part][what] += numbers
    about = {
        "lesson": lesson,
        "code": ledger.code_of(_read(lesson).cells),
        "seeds": sum(len(one["seeds"]) for one in runs),
        "runs": len(runs),
        "minutes": round(sum(one["seconds"] for one in runs) / 60, 1),
        "dates": sorted({one["date"] for one in runs}),
        "machines": sorted({one["machine"] for one in runs}),
    }
    lines = [f" {json.dumps(name)}: {json.dumps(what)}" for name, what in about.items()]
    parts = []
    for number, claim in sorted(of_claims.items()):
        rows = [f"   {json.dumps(part)}: {_rows(claim[part])}" for part in ("findings", "values")]
        parts.append(f'  "{number}": {{\n' + ",\n".join(rows) + "\n  }")
    lines.append(' "claims": {\n' + ",\n".join(parts) + "\n }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rows(part):
    """A line for each list of numbers, rounded to five digits."""
    rows = ",\n".join(
        f"    {json.dumps(what, ensure_ascii=False)}: "
        f"{json.dumps([n if isinstance(n, bool) else float(f'{n:.5g}') for n in numbers])}"
        for what, numbers in part.items()
    )
    return f"{{\n{rows}\n   }}" if rows else "{}"
