"""The verbs of the course: python -m utils VERB."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from utils.files import ROOT

HOMEWORK = {
    1: {
        "help": "sentiment of film reviews, on the sample or on Kaggle's file",
        "file": "a file of reviews (columns review and sentiment)",
        "also": " and predictions.csv",
        "example": "data/IMDB Dataset.csv",
        "test": "CSV file read for the final score only; default: a test part split from SOURCE",
    },
    2: {
        "help": "hourly rain from radar scans, on the sample or on Kaggle's file",
        "file": "a file of radar hours (the competition's train.csv)",
        "also": " and submission.csv",
        "example": "data/how-much-did-it-rain-ii/train.csv",
        "test": "the competition's test.csv, for the submission; scored as well if it has the "
        "column Expected",
    },
}


def main(arguments=None):
    """Run one verb; the exit status is 0 when it did what it says."""
    parser = argparse.ArgumentParser(
        prog="python -m utils",
        description="Notebooks on recurrent networks. Start with: python -m utils run",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("run", help="execute every notebook on the bundled sample, write web pages")
    verbs.add_parser("test", help="unit tests, and every saved output compared with a new run")
    verbs.add_parser("lab", help="open JupyterLab on notebooks/")
    for number, about in HOMEWORK.items():
        homework_verb = verbs.add_parser(
            f"homework-{number}",
            help=about["help"],
            description=f"Execute homework {number}'s solution on {about['file']} and write "
            f"build/homework_{number}/homework_{number}.html, results.json{about['also']}. "
            f"Example: python -m utils homework-{number} --source '{about['example']}' "
            "--tier full",
        )
        homework_verb.add_argument(
            "--source", default="sample", help="CSV file to learn from; default: the bundled sample"
        )
        homework_verb.add_argument("--test", default="", help=about["test"])
        homework_verb.add_argument(
            "--tier",
            choices=("class", "full"),
            default="class",
            help="class: minutes (default); full: up to half an hour",
        )
    data_verb = verbs.add_parser(
        "data",
        help="fetch Kaggle's files for a homework into data/",
        description="Fetch Kaggle's files into data/, with a Kaggle account; whatever is there "
        "and complete is left alone. Example: python -m utils data --homework 2",
    )
    data_verb.add_argument(
        "--homework",
        type=int,
        choices=(1, 2),
        default=1,
        help="1: 50,000 film reviews, 66 MB (default); 2: the radar hours of How Much Did It "
        "Rain? II, 1.9 GB, once you agreed to the competition's rules",
    )
    submit_verb = verbs.add_parser(
        "submit",
        help="check homework 2's submission, then send it to Kaggle",
        description="Check a submission against the competition's test file (every test Id once, "
        "no missing or negative rain), say what is sent, send it to How Much Did It Rain? II "
        "with your Kaggle account and report Kaggle's answer. "
        "Example: python -m utils submit --homework 2 --message 'GRU, three seeds'",
    )
    submit_verb.add_argument(
        "--homework",
        type=int,
        choices=(1, 2),
        required=True,
        help="2: only homework 2 has a competition",
    )
    submit_verb.add_argument(
        "--file",
        default=ROOT / "build" / "homework_2" / "submission.csv",
        help="CSV file with the columns Id,Expected; default: build/homework_2/submission.csv",
    )
    submit_verb.add_argument(
        "--test",
        default=ROOT / "data" / "how-much-did-it-rain-ii" / "test.csv",
        help="the competition's test file; default: where `python -m utils data --homework 2` "
        "puts it",
    )
    submit_verb.add_argument(
        "--message", default="homework 2", help="shown beside it on Kaggle; default: homework 2"
    )
    handin_verb = verbs.add_parser(
        "handin",
        help="execute and check your homework's tasks, and pack them for handing in",
        description="Execute the notebook of a homework's tasks from a clean kernel, run its "
        "checks, look at its predictions or its submission, and write "
        "build/handins/homework_N_STUDENT.zip. Needs no network. "
        "Example: python -m utils handin --homework 1 --student ada",
    )
    handin_verb.add_argument("--homework", type=int, choices=(1, 2), required=True)
    handin_verb.add_argument(
        "--student", required=True, help="your name: letters, digits, - and _, no spaces"
    )
    handin_verb.add_argument(
        "--notebook",
        help="default: notebooks/homework/homework_N/homework_N_tasks.ipynb",
    )
    grade_verb = verbs.add_parser(
        "grade",
        help="grade a folder of hand-ins, each in a sandbox",
        description="Run every hand-in of a folder apart from the others and from this machine, "
        "ask its functions the checks and the hidden tests, and write grades.csv, a page of "
        "feedback for each student, summary.html and answers.html (answers in words beside their "
        "marking scheme) to build/grades/homework_N/. Interrupted, it goes on where it stopped; "
        "what was graded and has not changed is not run again. "
        "Example: python -m utils grade --homework 1 --handins ~/handins",
    )
    grade_verb.add_argument("--homework", type=int, choices=(1, 2), required=True)
    grade_verb.add_argument(
        "--handins", required=True, help="folder of hand-ins (.zip of `handin`, or .ipynb)"
    )
    grade_verb.add_argument(
        "--unprotected",
        action="store_true",
        help="run them even where this machine has no sandbox: they can read and delete all that "
        "you can",
    )
    originality_verb = verbs.add_parser(
        "originality",
        help="compare hand-ins with each other, and with public notebooks",
        description="Compare the hand-ins of a homework pairwise, whatever their variables are "
        "called, and write build/originality/homework_N.html: who is alike, the passages side by "
        "side. It judges nobody. "
        "Example: python -m utils originality --homework 1 --handins ~/handins",
    )
    originality_verb.add_argument("--homework", type=int, choices=(1, 2), required=True)
    originality_verb.add_argument(
        "--handins", required=True, help="folder of hand-ins (.zip of `handin`, or .ipynb)"
    )
    originality_verb.add_argument(
        "--kernels", help="folder of public notebooks (.ipynb or .py) to compare with as well"
    )
    verbs.add_parser("sample", help="write the bundled samples, reviews and radar hours, anew")
    verbs.add_parser(
        "student",
        help="write notebooks/homework/, what students get, from the solutions",
        description="Write notebooks/homework/ from notebooks/solutions/: solutions become gaps, "
        "hidden tests and outputs go. `python -m utils test` fails while the two differ.",
    )
    verbs.add_parser(
        "release",
        help="pack what students get, without solutions, as a zip",
        description="Write build/release/recurrent_networks_course.zip: all that git keeps but "
        "solutions and tests.",
    )
    verbs.add_parser("ledger", help="write notebooks/README.md from the claims and their verdicts")
    bench_verb = verbs.add_parser(
        "bench",
        help="measure what reading and learning cost on this machine",
        description="Measure and write utils/bench/results/. radar: reading 2 million generated "
        "radar rows. layers: LSTM and GRU, Keras beside PyTorch where that is installed. cost: "
        "how learning grows with length, reviews, units and batch. With --source also reviews: "
        "how soon homework 1's best model is good, beside the example of keras.io; and ideas: "
        "the best model without each of its ideas. Half an hour without --source, two with it. "
        "Example: python -m utils bench layers cost",
    )
    bench_verb.add_argument(
        "part", nargs="*", help="radar, layers, cost, reviews, ideas; default: all that can run"
    )
    bench_verb.add_argument("--source", default="", help="CSV file of reviews to learn from")
    bench_verb.add_argument(
        "--test", default="", help="CSV file of reviews to judge by; default: 10 %% of SOURCE"
    )
    chosen = parser.parse_args(arguments)
    actions = {
        "run": run,
        "test": test,
        "lab": lab,
        "homework-1": lambda chosen: homework(1, chosen),
        "homework-2": lambda chosen: homework(2, chosen),
        "data": data,
        "submit": submit,
        "sample": sample,
        "student": student,
        "release": release,
        "handin": handin,
        "grade": grade,
        "originality": originality,
        "ledger": ledger,
        "bench": bench,
    }
    return actions[chosen.verb](chosen)


def run(_):
    from utils import course

    index, pages, errors = course.run_all()
    return _report(index, pages, errors)


def test(_):
    if not (ROOT / "tests").exists():
        return _withheld(ROOT / "tests")
    threads = {"COURSE_THREADS": "1"}  # two test processes, a core each
    return subprocess.call([sys.executable, "-m", "pytest"], cwd=ROOT, env=threads | os.environ)


def lab(_):
    # Without nbgrader's menus, of no use to who reads or solves, and questions about news.
    settings = {"JUPYTER_CONFIG_PATH": str(ROOT / "utils" / "jupyter")}
    command = [sys.executable, "-m", "jupyter", "lab", "notebooks"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # as in a container, where there is no one else
    return subprocess.call(command, cwd=ROOT, env=os.environ | settings)


def homework(number, chosen):
    from utils import course

    parameters = {"source": chosen.source, "test_source": chosen.test, "tier": chosen.tier}
    for name in ("source", "test_source"):
        if parameters[name] not in ("sample", ""):
            parameters[name] = str(Path(parameters[name]).expanduser().resolve())
            if fault := _fault_of(number, parameters[name]):
                return _fail(fault)
    name = f"homework_{number}"
    notebook = course.NOTEBOOKS / "solutions" / name / f"{name}.ipynb"
    if not notebook.exists():
        return _withheld(notebook)
    try:
        page = course.run_notebook(notebook, parameters)
    except course.NotebookError as error:
        return _fail(error)
    return _report(page, [page], [])


def _fault_of(number, path):
    """Why a homework cannot use this file, or None."""
    from utils import imdb, rainfall

    try:
        {1: imdb.read_reviews, 2: rainfall.read_hours}[number](path)
    except (imdb.ReviewsError, rainfall.RainfallError) as error:
        return error
    return None


def data(chosen):
    from utils import kaggle_files

    download = {1: kaggle_files.download_imdb, 2: kaggle_files.download_rain}[chosen.homework]
    try:
        download()
    except kaggle_files.KaggleFilesError as error:
        return _fail(error)
    return 0


def submit(chosen):
    from utils import kaggle_files

    if chosen.homework != 2:
        return _fail("Homework 1 has no competition on Kaggle: only HOMEWORK=2 can be submitted.")
    try:
        file, test = Path(chosen.file).expanduser(), Path(chosen.test).expanduser()
        kaggle_files.submit_rain(file, test, chosen.message)
    except kaggle_files.KaggleFilesError as error:
        return _fail(error)
    return 0


def sample(_):
    from utils import radar_hours, samples

    for path in (*samples.write_reviews(), radar_hours.write_sample()):
        print(f"written: {path}")
    return 0


def student(_):
    from utils.homework import student

    if not student.SOLUTIONS.exists():
        return _withheld(student.SOLUTIONS)
    written = student.write_student_versions()
    for path, kept in written:
        print(f"written: {path}" + (f"\n(what it replaced: {kept})" if kept else ""))
    if not written:
        print("Both are what the solutions make.")
    return 0


def release(_):
    from utils.homework import student

    try:
        print(f"written: {student.write_release()}")
    except student.ReleaseError as error:
        return _fail(error)
    return 0


def handin(chosen):
    from utils.homework import handin

    try:
        packed, manifest = handin.hand_in(chosen.homework, chosen.student, chosen.notebook)
    except handin.HandInError as error:
        return _fail(error)
    for number, (status, reason) in manifest["checks"].items():
        print(f"{number:5} {status}{reason and ': '}{reason}")
    for question in manifest["unanswered"]:
        print(f"{question:5} not answered")
    print(f"\npacked: {packed}")
    return 0


def grade(chosen):
    from utils import reproducible

    reproducible.set_up()  # before TensorFlow is imported, or it chatters
    from utils.homework import grade, grade_pages, sandbox

    print("Protections on this machine:")
    for what, by in sandbox.protections():
        print(f"  {what}: {by or 'NOT PROTECTED'}")
    try:
        grades, not_graded = grade.grade_class(
            chosen.homework, chosen.handins, unprotected=chosen.unprotected
        )
    except grade.GradeError as error:
        return _fail(error)
    except KeyboardInterrupt:
        _fail("Stopped. What was graded is kept: the same command goes on from here.")
        return 130
    counts = ", ".join(f"{n} {status}" for status, n in grade_pages.statuses(grades).items())
    print(f"\n{counts}\n{grade_pages.tasks_table(chosen.homework, grades).to_string()}\n")
    place = grade.GRADES / f"homework_{chosen.homework}"
    print(f"written: {place / 'grades.csv'}, feedback/, answers.html")
    print(f"Read it in a browser: {(place / 'summary.html').as_uri()}")
    for sentence in not_graded:
        _fail(sentence)
    return 1 if not_graded else 0


def originality(chosen):
    from utils.homework import originality

    try:
        pairs, unread = originality.compare(chosen.homework, chosen.handins, chosen.kernels)
    except originality.OriginalityError as error:
        return _fail(error)
    for pair in pairs[:10]:
        print(f"{pair.shares[0]:.2f} {pair.shares[1]:.2f}  {pair.names[0]}  {pair.names[1]}")
    page = originality.write_report(chosen.homework, pairs, unread)
    print(f"\nRead it in a browser: {page.as_uri()}")
    for sentence in unread:
        _fail(sentence)
    return 1 if unread else 0


def ledger(_):
    from utils import claims

    print(f"written: {claims.write_page()}")
    return 0


def bench(chosen):
    from utils import bench

    sources = {}
    for name in ("source", "test"):
        if path := getattr(chosen, name):
            sources[name] = str(Path(path).expanduser().resolve())
            if fault := _fault_of(1, sources[name]):
                return _fail(fault)
    unknown = set(chosen.part) - set(bench.PARTS)
    if unknown:
        return _fail(f"{', '.join(sorted(unknown))}: the parts are {', '.join(bench.PARTS)}.")
    for part in chosen.part or bench.PARTS:
        if part in bench.OF_REVIEWS and "source" not in sources:
            if chosen.part:
                return _fail(f"{part} needs a file of reviews: name it with --source.")
            print(f"\n{part}: left out, it needs --source, a file of reviews")
            continue
        bench.run(part, **sources)
    return 0


def _report(read_this, pages, errors):
    from utils import course

    print("\n".join(course.results_lines(course.results(pages))))
    print(f"\nRead it in a browser: {read_this.as_uri()}")
    for error in errors:
        _fail(error)
    return 1 if errors else 0


def _withheld(path):
    return _fail(f"{path} is not in this copy of the course, which is for students.")


def _fail(error):
    print(f"\n{error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
