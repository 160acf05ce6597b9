"""What the checks of an experiment share: what it returns, and its choice.

An experiment compares models over seeds and returns a dictionary: a table with the columns mean
and sd, which of its rows validation has chosen, and what the chosen one reaches on test.
"""

import warnings

import pandas as pd

from utils.homework.task import NotYet, array, expect, numbers


def read_result(found, models, metric, also=()):
    """What an experiment returned, with a table of numbers and with test as a number.

    found: what came back. models: rows that the table must have. metric: what test is, in words.
    also: further keys that must be there. Raises NotYet for anything else.

    >>> table = pd.DataFrame({"mean": [0.5, 0.75], "sd": [0.0, 0.25]}, index=["bag", "lstm"])
    >>> found = {"table": table, "chosen": "lstm", "test": [0.75]}
    >>> read_result(found, ("bag", "lstm"), "accuracy")["test"]
    0.75
    >>> read_result(table, ("bag", "lstm"), "accuracy")
    Traceback (most recent call last):
    utils.homework.task.NotYet: return a dictionary with the keys "table", "chosen" and "test"
    """
    *keys, last = (f'"{key}"' for key in ("table", "chosen", "test", *also))
    expect(
        isinstance(found, dict) and {"table", "chosen", "test", *also} <= found.keys(),
        f"return a dictionary with the keys {', '.join(keys)} and {last}",
    )
    table, chosen = found["table"], found["chosen"]
    expect(isinstance(table, pd.DataFrame), "the table must be a pandas DataFrame")
    *names, last = models
    expect(
        {"mean", "sd"} <= set(table.columns) and set(models) <= set(table.index),
        "the table needs the columns mean and sd, and a row for each of "
        f"{', '.join(names)} and {last}",
    )
    expect(table.index.is_unique, "a model has two rows in the table")
    expect(
        isinstance(chosen, str) and chosen in table.index,
        "chosen is the name of a row of the table",
    )
    columns = {
        name: numbers(table[name], (len(table),), "a mean and an sd for each model")
        for name in ("mean", "sd")
    }
    test = array(found["test"], f"the {metric} on test")
    test = test.reshape(()) if test.size == 1 else test
    return found | {
        "table": pd.DataFrame(columns, index=table.index),
        "test": numbers(test, (), f"one number, the {metric} on test").item(),
    }


def with_one_seed(ask, seed):
    """ask((seed,)), which takes half the time; ask((seed, seed)) where one has no spread.

    >>> with_one_seed(lambda seeds: 1 / (len(seeds) - 1), seed=4)
    1.0
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # the sd of one is no number
            return ask((seed,))
    except NotYet:
        raise
    except Exception:
        return ask((seed, seed))


def expect_best_is_chosen(found, best):
    """Raise NotYet unless the chosen row has the best mean.

    found: as `read_result` gives it. best: "max" or "min".

    >>> table = pd.DataFrame({"mean": [0.5, 0.75]}, index=["bag", "lstm"])
    >>> expect_best_is_chosen({"table": table, "chosen": "bag"}, "max")
    Traceback (most recent call last):
    utils.homework.task.NotYet: chosen is bag, but lstm has the best mean on validation
    """
    means = found["table"]["mean"]
    winner = getattr(means, f"idx{best}")()
    expect(
        abs(means[found["chosen"]] - means[winner]) < 1e-6,
        f"chosen is {found['chosen']}, but {winner} has the best mean on validation",
    )
