"""Operations on lists of digits that stand inside each other, after ListOps (2018), drawn here.

An expression is a digit, 0 to 9, or a tuple of an operation and two to four expressions:
("MAX", 2, 9, ("MIN", 4, 7)) is written [MAX 2 9 [MIN 4 7 ] ] and has the value 9. What counts is
its depth, the number of lists inside each other. N expressions, J nodes and T words at most.

    parts           {name of a part: expressions}, none twice, whatever the order of its operands
    words, value    an expression as it is written, and what it comes to
    nodes           its subexpressions in the order of writing, and the parent of each
    as_trees        codes (N, J) and parents (N, J), filled up with 0 and -1
    as_sentences    codes (N, T), brackets included, filled up with 0
    shuffled        parents (N, J) of other trees with the same nodes
    of_nodes        depth and value of each node (N, J)
    outermost       what the outermost list comes to without the lists in it
    places, drawn   where each node stands in a picture, and the picture

MAX and MIN are the largest and the smallest; MED is the middle one, of an even number the lower of
the two in the middle. The paper's fourth, the sum modulo 10, is left out.

Source: the grammar follows Nangia and Bowman (2018), ListOps, arXiv:1804.06028.

>>> tree = ("MAX", 2, 9, ("MIN", 4, 7))
>>> " ".join(words(tree)), value(tree), depth(tree)
('[MAX 2 9 [MIN 4 7 ] ]', 9, 2)
"""

import random

import numpy as np

from utils.errors import CourseError

OPERATIONS = {
    "MAX": max,
    "MIN": min,
    "MED": lambda digits: sorted(digits)[(len(digits) - 1) // 2],
}
# What a code stands for; 0 is the padding, and only sentences use the last, the bracket.
WORDS = ["", *map(str, range(10)), *(f"[{name}" for name in OPERATIONS), "]"]
CODE = {word: code for code, word in enumerate(WORDS)}

# So many nodes a level at most, so that the arrays stay small.
NODES_A_LEVEL = 7


def value(tree):
    """What an expression comes to, a digit.

    >>> [value((name, 7, 5, 6, 1)) for name in OPERATIONS], value(("MED", 4, ("MAX", 1, 2)))
    ([7, 1, 5], 2)
    """
    return tree if isinstance(tree, int) else OPERATIONS[tree[0]]([*map(value, tree[1:])])


def depth(tree):
    """How many lists stand inside each other: 0 for a digit."""
    return 0 if isinstance(tree, int) else 1 + max(map(depth, tree[1:]))


def words(tree):
    """An expression as it is written, a list of words: digits, "[MAX" and its like, "]".

    >>> words(("MED", 1, 2))
    ['[MED', '1', '2', ']']
    """
    if isinstance(tree, int):
        return [str(tree)]
    return [f"[{tree[0]}", *(word for part in tree[1:] for word in words(part)), "]"]


def nodes(tree):
    """Its nodes in the order of writing: subexpressions, and the number of each one's parent.

    Returns a list of expressions, the whole one first, and a list of as many numbers, -1 for the
    parent of the first.

    >>> nodes(("MAX", 2, ("MIN", 4, 7)))
    ([('MAX', 2, ('MIN', 4, 7)), 2, ('MIN', 4, 7), 4, 7], [-1, 0, 0, 2, 2])
    """
    found, parents = [tree], [-1]
    for child in () if isinstance(tree, int) else tree[1:]:
        below, their_parents = nodes(child)
        parents += [0 if parent < 0 else parent + len(found) for parent in their_parents]
        found += below
    return found, parents


def draw(rng, levels):
    """An expression of this depth. rng: a `random.Random`. levels: the depth, from 0.

    Of its two to four operands one is as deep as can be; each other is a digit four times in five,
    else of any depth that fits.

    >>> depth(draw(random.Random(0), levels=3))
    3
    """
    if levels == 0:
        return rng.randrange(10)
    others = range(rng.randint(1, 3))
    below = [levels - 1, *(rng.randrange(levels) if rng.random() < 0.2 else 0 for _ in others)]
    rng.shuffle(below)
    return (rng.choice([*OPERATIONS]), *(draw(rng, levels) for levels in below))


def parts(sizes, seed):
    """Expressions for each part, none in two parts nor twice in one.

    Two that differ in nothing but the order of operands, such as [MAX 2 9 ] and [MAX 9 2 ], count
    as one. sizes: {name of the part: {depth: number of expressions}}. Returns {name: expressions,
    in the order of the depths}. Raises CourseError where there are not so many of a depth.

    >>> found = parts({"train": {1: 3, 2: 1}, "test": {1: 2}}, seed=0)
    >>> {name: [depth(tree) for tree in trees] for name, trees in found.items()}
    {'train': [1, 1, 1, 2], 'test': [1, 1]}
    """
    rng, seen = random.Random(seed), set()
    return {
        name: [tree for levels, n in of_part.items() for tree in _unseen(rng, levels, n, seen)]
        for name, of_part in sizes.items()
    }


def as_trees(trees):
    """Codes of the nodes (N, J), 0 where there is none, and their parents (N, J), -1 for none.

    >>> as_trees([("MAX", 2, 9), 5])
    (array([[11,  3, 10],
           [ 6,  0,  0]]), array([[-1,  0,  0],
           [-1, -1, -1]]))
    """
    found = [nodes(tree) for tree in trees]
    codes = [[CODE[words(part)[0]] for part in of_tree] for of_tree, _ in found]
    return _filled(codes, 0), _filled([parents for _, parents in found], -1)


def as_sentences(trees):
    """Codes of the words (N, T), with 0 after the end.

    >>> as_sentences([("MAX", 2, 9), 5])
    array([[11,  3, 10, 14],
           [ 6,  0,  0,  0]])
    """
    return _filled([[CODE[word] for word in words(tree)] for tree in trees], 0)


def shuffled(trees, seed):
    """Parents (N, J) of wrong trees: the same nodes, each under an operation drawn at random.

    It is drawn from the operations that stand before the node, those left out that would make the
    tree deeper than it was. Digits stay without children, some operations may be left without.

    >>> tree = ("MAX", ("MIN", 4, 7), ("MED", 1, 2))
    >>> shuffled([tree], seed=0).shape
    (1, 7)
    """
    rng, found = random.Random(seed), []
    for tree in trees:
        most, levels, parents = depth(tree), [], []
        for part in nodes(tree)[0]:
            is_digit = isinstance(part, int)
            above = [j for j, level in enumerate(levels) if level < most - (not is_digit)]
            parents.append(rng.choice(above) if above else -1)
            levels.append(most if is_digit else levels[parents[-1]] + 1 if levels else 0)
        found.append(parents)
    return _filled(found, -1)


def places(tree):
    """Where to draw the nodes (J, 2): across, a unit a digit, and upwards from 0, the root.

    >>> places(("MAX", 2, 9)).tolist()
    [[0.5, 0.0], [0.0, -1.0], [1.0, -1.0]]
    """
    parts_of, parents = nodes(tree)
    found, n_digits = np.zeros((len(parents), 2)), 0
    for j, part in enumerate(parts_of):
        found[j, 1] = found[parents[j], 1] - 1 if j else 0
        if isinstance(part, int):
            found[j, 0] = n_digits
            n_digits += 1
    for j in reversed(range(len(parents))):
        if not isinstance(parts_of[j], int):
            found[j, 0] = np.mean([found[k, 0] for k, parent in enumerate(parents) if parent == j])
    return found


def of_nodes(trees):
    """Depths (N, J) of the nodes, -1 where there is none, and their values (N, J), -1 as well.

    >>> depths, values = of_nodes([("MAX", 2, 9), 5])
    >>> depths.tolist(), values.tolist()
    ([[1, 0, 0], [0, -1, -1]], [[9, 2, 9], [5, -1, -1]])
    """
    found = [nodes(tree)[0] for tree in trees]
    return tuple(_filled([[*map(of, parts)] for parts in found], -1) for of in (depth, value))


def outermost(tree):
    """The outermost operation and what its digits come to, inner lists left out; None without any.

    >>> outermost(("MAX", 2, 5, ("MIN", 9, 8))), outermost(("MIN", ("MAX", 1, 2), ("MAX", 3, 4)))
    (('MAX', 5), ('MIN', None))
    """
    digits = [child for child in tree[1:] if isinstance(child, int)]
    return tree[0], value((tree[0], *digits)) if digits else None


def drawn(axes, tree, answers=None):
    """Draws a tree into the axes: its digits and operations, and what was answered at each node.

    answers: J digits; a node where it is not the value stands in a frame. By default none is
    written. axes: of matplotlib.
    """
    parts_of, parents = nodes(tree)
    x, y = places(tree).T
    answers = [None] * len(parents) if answers is None else answers
    for j, (part, parent, answer) in enumerate(zip(parts_of, parents, answers, strict=True)):
        top = max(parent, 0)
        axes.plot([x[j], x[top]], [y[j], y[top]], color="#999999", zorder=0)
        is_wrong = answer is not None and answer != value(part)
        label = str(part) if isinstance(part, int) else part[0]
        if answer is not None and (is_wrong or label != str(part)):
            label += f"={answer}"
        frame = {"facecolor": "white", "edgecolor": "black" if is_wrong else "white", "pad": 2}
        axes.text(x[j], y[j], label, ha="center", va="center", bbox=frame)
    axes.axis("off")


def _unseen(rng, levels, n, seen):
    """n expressions of this depth that are not in `seen`, to which they are added."""
    found = []
    for _ in range(1_000 + 100 * n):
        tree = draw(rng, levels)
        key = _sorted(tree)
        if key not in seen and len(nodes(tree)[0]) <= _most_nodes(levels):
            seen.add(key)
            found.append(tree)
        if len(found) == n:
            return found
    raise CourseError(f"there are fewer than {n} unlike expressions of depth {levels}")


def _most_nodes(levels):
    return NODES_A_LEVEL * max(levels, 1)


def _sorted(tree):
    """The same text for all expressions that differ in the order of operands only."""
    if isinstance(tree, int):
        return str(tree)
    return " ".join([tree[0], *sorted(map(_sorted, tree[1:])), "]"])


def _filled(rows, filling):
    """Rows of unlike lengths as one array."""
    longest = max(map(len, rows))
    return np.array([[*row, *[filling] * (longest - len(row))] for row in rows])
