"""Expressions made of lists: what they come to, their trees, and parts without an overlap."""

import random
import statistics

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.applications import list_operations as lists
from utils.errors import CourseError

EXPRESSIONS = st.recursive(
    st.integers(0, 9),
    lambda inner: st.builds(
        lambda name, operands: (name, *operands),
        st.sampled_from([*lists.OPERATIONS]),
        st.lists(inner, min_size=2, max_size=4),
    ),
    max_leaves=12,
)
SIZES = {"train": {1: 40, 3: 30}, "test": {1: 20, 3: 10, 5: 10}}


def read(words):
    """The expression that is written so, by another way than the module's: from left to right."""
    stack = [[]]
    for word in words:
        if word == "]":
            done = tuple(stack.pop())
            stack[-1].append(done)
        elif word.startswith("["):
            stack.append([word[1:]])
        else:
            stack[-1].append(int(word))
    return stack[0][0]


def turned(tree):
    """The same with all operands in the opposite order."""
    return tree if isinstance(tree, int) else (tree[0], *map(turned, tree[:0:-1]))


@given(EXPRESSIONS)
def test_what_is_written_can_be_read_again(tree):
    assert read(lists.words(tree)) == tree


@pytest.mark.parametrize(
    ("name", "expected"), [("MAX", max), ("MIN", min), ("MED", statistics.median_low)]
)
@given(digits=st.lists(st.integers(0, 9), min_size=2, max_size=4))
def test_an_operation_is_that_of_python(name, expected, digits):
    assert lists.value((name, *digits)) == expected(digits)


def test_inner_lists_are_worked_out_first():
    assert lists.value(("MIN", 9, ("MAX", 3, ("MED", 8, 4, 5)), 7)) == 5


@given(EXPRESSIONS)
def test_the_order_of_operands_does_not_matter(tree):
    assert lists.value(turned(tree)) == lists.value(tree)


@given(EXPRESSIONS)
def test_every_node_stands_under_its_parent(tree):
    nodes, parents = lists.nodes(tree)
    assert nodes[0] == tree and parents[0] == -1
    assert all(0 <= parent < j for j, parent in enumerate(parents[1:], 1))
    for j, node in enumerate(nodes):
        children = [child for child, parent in zip(nodes, parents, strict=True) if parent == j]
        assert children == ([] if isinstance(node, int) else [*node[1:]])


@given(st.integers(0, 5), st.integers(0, 10**6))
def test_an_expression_has_the_depth_that_was_asked_for(levels, seed):
    assert lists.depth(lists.draw(random.Random(seed), levels)) == levels


def test_parts_are_disjoint_even_with_operands_in_another_order():
    found = lists.parts(SIZES, seed=1)
    trees = [tree for of_part in found.values() for tree in of_part]
    assert len({lists._sorted(tree) for tree in trees}) == len(trees) == 110
    assert [lists.depth(tree) for tree in found["test"]] == [1] * 20 + [3] * 10 + [5] * 10
    assert all(len(lists.nodes(tree)[0]) <= 7 * lists.depth(tree) for tree in trees)


@given(EXPRESSIONS)
def test_turned_operands_count_as_the_same(tree):
    assert lists._sorted(turned(tree)) == lists._sorted(tree)


def test_a_seed_gives_the_same_parts():
    assert lists.parts(SIZES, seed=1) == lists.parts(SIZES, seed=1) != lists.parts(SIZES, seed=2)


def test_too_many_are_refused():
    message = r"^there are fewer than 11 unlike expressions of depth 0$"
    with pytest.raises(CourseError, match=message):
        lists.parts({"train": {0: 11}}, seed=0)


def test_arrays_hold_the_words_and_the_parents():
    trees = lists.parts({"train": {2: 20, 3: 20}}, seed=0)["train"]
    codes, parents = lists.as_trees(trees)
    sentences = lists.as_sentences(trees)
    for tree, of_tree, parent, sentence in zip(trees, codes, parents, sentences, strict=True):
        written = [lists.WORDS[code] for code in sentence if code]
        assert read(written) == tree
        assert [lists.WORDS[code] for code in of_tree if code] == [w for w in written if w != "]"]
        assert parent[of_tree > 0].tolist() == lists.nodes(tree)[1]
        assert (parent[of_tree == 0] == -1).all()


@given(EXPRESSIONS, st.integers(0, 100))
def test_a_wrong_tree_has_the_same_leaves_and_is_not_deeper(tree, seed):
    nodes = lists.nodes(tree)[0]
    (parents,) = lists.shuffled([tree], seed)
    assert parents[0] == -1
    levels = [0]
    for j, parent in enumerate(parents[1:], 1):
        assert 0 <= parent < j and not isinstance(nodes[parent], int)
        levels.append(levels[parent] + 1)
    assert max(levels) <= lists.depth(tree)


def test_wrong_trees_are_wrong():
    trees = lists.parts({"train": {3: 50}}, seed=0)["train"]
    right, wrong = lists.as_trees(trees)[1], lists.shuffled(trees, seed=0)
    assert right.shape == wrong.shape
    assert np.mean((right == wrong).all(axis=1)) < 0.1


@given(EXPRESSIONS)
def test_nodes_are_drawn_apart_and_below_their_parents(tree):
    places, parents = lists.places(tree), lists.nodes(tree)[1]
    assert len(set(map(tuple, places.tolist()))) == len(places)
    for (_, y), parent in zip(places[1:], parents[1:], strict=True):
        assert y == places[parent][1] - 1


@given(st.lists(EXPRESSIONS, min_size=1, max_size=3))
def test_depths_and_values_stand_where_the_codes_stand(trees):
    codes, (depths, values) = lists.as_trees(trees)[0], lists.of_nodes(trees)
    assert ((depths >= 0) == (codes > 0)).all() and ((values >= 0) == (codes > 0)).all()
    assert depths[:, 0].tolist() == [lists.depth(tree) for tree in trees]
    assert values[:, 0].tolist() == [lists.value(tree) for tree in trees]
    assert ((depths == 0) == ((codes > 0) & (codes <= 10))).all()


def test_a_picture_shows_each_node_and_frames_what_is_wrong():
    tree = ("MAX", 2, ("MIN", 7, 4))
    figure, (plain, answered) = plt.subplots(2)
    lists.drawn(plain, tree)
    lists.drawn(answered, tree, answers=[4, 2, 5, 7, 1])
    texts = [[text.get_text() for text in axes.texts] for axes in (plain, answered)]
    assert texts == [["MAX", "2", "MIN", "7", "4"], ["MAX=4", "2", "MIN=5", "7", "4=1"]]
    frames = [text.get_bbox_patch().get_edgecolor()[:3] for text in answered.texts]
    plt.close(figure)
    assert [frame == (0, 0, 0) for frame in frames] == [False, False, True, False, True]
