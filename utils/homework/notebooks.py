"""The notebook that a student hands in: read and repaired, its graded cells, its answers in words.

Hand-in, grading and originality read it here, so that what one accepts, all accept.
"""

import ast
import json
import warnings
from itertools import takewhile

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

from utils.errors import CourseError
from utils.homework.homeworks import HOMEWORKS

MAX_MB = 10  # of a notebook's file
NO_ANSWER = "*Your answer here.*"
# What the bytes of a file begin with that was meant to be a notebook.
_OTHER_FILES = (
    ((b"<!", b"<html"), "this is a web page, not the notebook: download the file itself (Raw)"),
    ((b"PK\x03\x04",), "this is a zip: unpack it and name the notebook inside"),
    ((b"%PDF",), "this is a PDF: hand in the .ipynb that it was made from"),
)
# What nbformat raises that converts a notebook which never was one.
_ODD = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
_ODD += (RecursionError, nbformat.ValidationError)
_SAVE_AGAIN = "open it in JupyterLab, look whether your answers are there, and save it"


class HandInError(CourseError):
    """Why a homework cannot be handed in, and what to do: a sentence for the student."""


def parse(data, path, number):
    """The notebook in the bytes `data`, read from `path`, as Jupyter would open it; no outputs.

    number: of the homework, None for any notebook. What other programs leave out or repeat (ids,
    outputs, metadata) is repaired, older formats are converted. Raises HandInError for what is no
    notebook, and for one that holds no check of that homework.

    >>> parse(b"{}", "homework_1_tasks.ipynb", 1)
    Traceback (most recent call last):
    utils.homework.notebooks.HandInError: homework_1_tasks.ipynb: this is JSON, but no notebook: \
it has no list of cells. Hand in the file that came with the course, with your answers in it.
    """
    notebook = _repaired(_read_json(data, path), path)
    if number is not None:
        _expect_checks(notebook, path, number)
    return notebook


def _read_json(data, path):
    if not data.strip():
        raise HandInError(f"{path}: this file is empty: {_SAVE_AGAIN}.")
    if str(path).endswith((".py", ".md", ".qmd")):
        raise HandInError(
            f"{path}: this is no notebook: hand in the .ipynb that came with the course (jupytext "
            "--to ipynb makes one of a text)."
        )
    for begins, sentence in _OTHER_FILES:
        if data.lstrip().lower().startswith(tuple(start.lower() for start in begins)):
            raise HandInError(f"{path}: {sentence}.")
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        raise HandInError(
            f"{path}, line {error.lineno}: this is no notebook, whose text is JSON "
            f"({error.msg}). Was it cut, or edited as text? If Jupyter does not open it either, "
            "take the last version from the folder .ipynb_checkpoints beside it."
        ) from None
    except UnicodeDecodeError as error:
        raise HandInError(
            f"{path}: this is no notebook: the byte 0x{data[error.start]:02x} is not UTF-8. If "
            "Jupyter opens it, save it from there."
        ) from None
    except (RecursionError, ValueError) as error:  # too deep, or a number of too many digits
        raise HandInError(f"{path}: this is no notebook as Jupyter saves them ({error}).") from None


def _repaired(raw, path):
    """A notebook in today's format from what is known of its cells: the rest is of no use here."""
    if isinstance(raw, dict) and raw.get("nbformat") == 3:
        raw = _converted(raw, path)
    cells = raw.get("cells") if isinstance(raw, dict) else None
    if not isinstance(cells, list):
        raise HandInError(
            f"{path}: this is JSON, but no notebook: it has no list of cells. Hand in the file "
            "that came with the course, with your answers in it."
        )
    if raw.get("nbformat", 4) not in (3, 4):
        raise HandInError(
            f"{path}: the course reads notebooks of the formats 3 and 4, and this one is of format "
            f"{str(raw['nbformat'])[:20]!r}: save it with the course's JupyterLab, `make lab`."
        )
    cells = [_cell(cell, n, path) for n, cell in enumerate(cells, 1)]
    language = nbformat.from_dict({"language_info": {"name": "python"}})
    try:
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=language)
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise HandInError(
            f"{path}: a cell is not as Jupyter saves it ({str(error).splitlines()[0][:200]}): "
            f"{_SAVE_AGAIN}."
        ) from None
    return notebook


def _converted(raw, path):
    """A notebook in the format of Jupyter's first years, in today's."""
    try:
        return nbformat.reads(json.dumps(raw), as_version=4)
    except _ODD as error:
        raise HandInError(
            f"{path}: this notebook is of format 3, from before 2015, and could not be converted "
            f"({type(error).__name__}): {_SAVE_AGAIN}."
        ) from None


def _cell(raw, n, path):
    """A new cell with the text, the metadata and the place in time of one that was read."""
    kind = raw.get("cell_type") if isinstance(raw, dict) else None
    if kind not in ("code", "markdown", "raw"):
        raise HandInError(
            f"{path}: cell {n} from the top is of a kind that Jupyter does not know, "
            f"{str(kind)[:20]!r}: {_SAVE_AGAIN}."
        )
    source = raw.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise HandInError(f"{path}: cell {n} from the top holds no text: {_SAVE_AGAIN}.")
    make = getattr(nbformat.v4, f"new_{kind}_cell")
    # Windows' line ends, and halves of letters outside the first plane, cannot be written again.
    source = source.replace("\r\n", "\n").encode(errors="replace").decode()
    cell = make(source, metadata=nbformat.from_dict(_metadata(raw)))
    if kind == "code" and type(raw.get("execution_count")) is int:
        cell.execution_count = max(0, raw["execution_count"])
    if kind == "markdown" and isinstance(raw.get("attachments"), dict):
        cell.attachments = nbformat.from_dict(raw["attachments"])
    return cell


def _metadata(raw):
    """Of the metadata of a cell, what tells which cell it is and how it is run."""
    given = raw.get("metadata")
    given = given if isinstance(given, dict) else {}
    kept = {name: given[name] for name in ("nbgrader", "tags") if name in given}
    if "tags" in kept:
        tags = kept["tags"] if isinstance(kept["tags"], list) else []
        kept["tags"] = [tag for tag in ("raises-exception", "skip-execution") if tag in tags]
    return kept


def _expect_checks(notebook, path, number):
    if _has_checks(notebook, number):
        return
    for other in HOMEWORKS:
        if _has_checks(notebook, other):
            raise HandInError(
                f"{path}: the checks of homework {number} are not in it, but those of "
                f"homework {other}: say HOMEWORK={other}, or name the other notebook."
            )
    raise HandInError(
        f"{path}: the checks of homework {number} are not in it. Hand in the notebook that "
        "came with the course, with your answers in its cells."
    )


def _has_checks(notebook, number):
    return any(_checked_in(cell, number) for cell in notebook.cells)


def graded_cells(notebook, number):
    """The cells up to the last check or answer of the homework: what is trained below is not asked.

    Hints that are asked for right below it count as well.

    >>> cells = [nbformat.v4.new_code_cell(code) for code in ('x = 1', 'check("1.1")', 'y = 2')]
    >>> [cell.source for cell in graded_cells(nbformat.v4.new_notebook(cells=cells), 1)]
    ['x = 1', 'check("1.1")']
    """
    names = {
        name
        for task in HOMEWORKS[number].tasks.values()
        for name in (task.function, task.former_name)
        if name
    }
    last = 0
    for n, cell in enumerate(notebook.cells, 1):
        is_answer = cell.cell_type == "code" and (
            grade_id(cell).startswith(f"task-{number}-") or names & _defined_in(cell)
        )
        if is_answer or _checked_in(cell, number):
            last = n
    for n, cell in enumerate(notebook.cells[last:], last + 1):
        if cell.cell_type == "code":
            if not _calls(ast.walk(syntax_tree(cell)), "hint"):
                break
            last = n
    return notebook.cells[:last]


def _calls(nodes, name):
    """Whether a function of this name, or a module's, is called in some nodes of a syntax tree."""
    called = (node.func for node in nodes if isinstance(node, ast.Call))
    return any(getattr(func, "id", getattr(func, "attr", "")) == name for func in called)


def _defined_in(cell):
    """Names that a code cell gives to functions, classes, imports and values of the notebook."""
    found, waiting = set(), [syntax_tree(cell)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
            continue
        if isinstance(node, ast.alias):
            found.add(node.asname or node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        waiting += ast.iter_child_nodes(node)
    return found


def missing_checks(notebook, number):
    """A sentence on each check of a homework that the notebook no longer has.

    >>> len(missing_checks(nbformat.v4.new_notebook(), 1))
    13
    """
    checked = set().union(*(_checked_in(cell, number) for cell in notebook.cells))
    return [
        f'The check of task {task} is not there: add a cell with check("{task}").'
        for task in HOMEWORKS[number].tasks
        if task not in checked
    ]


def what_is_missing(notebook, number):
    """Sentences on the checks and questions of a homework that the notebook no longer has.

    >>> cells = [nbformat.v4.new_code_cell(f'check("1.{n}")') for n in range(1, 10)]
    >>> what_is_missing(nbformat.v4.new_notebook(cells=cells), 1)[0]
    'The check of task 1.10 is not there: add a cell with check("1.10").'
    """
    missing = missing_checks(notebook, number)
    if not any(map(grade_id, notebook.cells)):
        missing.append(
            "The cells have lost their metadata, as in a converter or another editor, and answers "
            "in words are found by it: copy your answers into the notebook that came with the "
            "course."
        )
    asked = answers(notebook)
    missing += [
        f"Question {question} is not there, its cell was deleted or typed anew: write the answer "
        "into that cell of the notebook that came with the course."
        for question in HOMEWORKS[number].questions
        if question not in asked
    ]
    return missing


def question_of(cell):
    """The number of the question that a cell answers, as its metadata has it; "" for other cells.

    >>> cell = nbformat.v4.new_markdown_cell("The LSTM.")
    >>> cell.metadata["nbgrader"] = {"grade_id": "question-1-14"}
    >>> question_of(cell)
    '1.14'
    """
    if not grade_id(cell).startswith("question-"):
        return ""
    return grade_id(cell).removeprefix("question-").replace("-", ".")


def answers(notebook):
    """{question: text} of what a notebook of tasks answers in words, parts of a split cell joined.

    >>> cell = nbformat.v4.new_markdown_cell("The LSTM.")
    >>> cell.metadata["nbgrader"] = {"grade_id": "question-1-14"}
    >>> answers(nbformat.v4.new_notebook(cells=[cell, cell]))
    {'1.14': 'The LSTM.\\n\\nThe LSTM.'}
    """
    former = {old: new for one in HOMEWORKS.values() for old, new in one.former_questions.items()}
    found = {}
    for cell in notebook.cells:
        if question := question_of(cell):
            found.setdefault(former.get(question, question), []).append(cell.source)
    return {question: "\n\n".join(parts) for question, parts in found.items()}


def is_answered(text):
    """Whether something was written where an answer in words is asked for.

    >>> is_answered(NO_ANSWER), is_answered("The LSTM.")
    (False, True)
    """
    return bool(text.replace(NO_ANSWER, "").strip())


def grade_id(cell):
    """nbgrader's name for a cell of a notebook of tasks, "" where it has none.

    >>> grade_id(nbformat.v4.new_code_cell(metadata={"nbgrader": {"grade_id": "check-1-1"}}))
    'check-1-1'
    """
    of_nbgrader = cell.metadata.get("nbgrader")
    name = of_nbgrader.get("grade_id") if isinstance(of_nbgrader, dict) else None
    return name if isinstance(name, str) else ""


def place_of(notebook, cell):
    """A code cell as Jupyter numbers it when all are run, with its first line.

    >>> cells = [nbformat.v4.new_code_cell(code) for code in ("", "x = 1", "y = 2")]
    >>> place_of(nbformat.v4.new_notebook(cells=cells), cells[2])
    'In [2] (y = 2)'
    """
    before = takewhile(lambda other: other is not cell, notebook.cells)
    count = sum(other.cell_type == "code" and bool(other.source.strip()) for other in before) + 1
    first = next(iter(cell.source.strip().splitlines()), "")
    return f"In [{count}] ({first[:80]})"


def syntax_tree(cell):
    """The syntax tree of a code cell, IPython's own lines as calls; empty where it is no Python.

    >>> ast.unparse(syntax_tree(nbformat.v4.new_code_cell("%matplotlib inline")))
    "get_ipython().run_line_magic('matplotlib', 'inline')"
    """
    if cell.cell_type != "code":
        return ast.Module([], [])
    try:
        with warnings.catch_warnings(action="ignore"):  # of a backslash in a text
            return ast.parse(TransformerManager().transform_cell(cell.source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a run will say it
        return ast.Module([], [])


def _checked_in(cell, number):
    """The tasks of a homework that a cell checks, a set: by its calls, else by its name.

    Copies, and cells that were typed anew, have lost the name.
    """
    tasks, nodes = HOMEWORKS[number].tasks, list(ast.walk(syntax_tree(cell)))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    found = set()
    if _calls(nodes, "check"):
        found = {task for task in tasks if task in texts}
    named = grade_id(cell).removeprefix("check-").replace("-", ".")
    return found or ({named} & set(tasks))
