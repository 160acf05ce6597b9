"""Mutants: a function with one small mistake in it, and what a check says to each of them."""

import ast
import re
from collections import Counter
from copy import copy

_COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.Is: (ast.IsNot,),
}
_OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
}
# The names of a line are taken for one another.
_TAKEN_FOR = """
    all any
    binary_crossentropy mse
    exp exp2 expm1 log1p
    fillna replace
    float32 int32
    GRU LSTM SimpleRNN
    isnan isinf
    lstm gru simple_rnn
    mae mse mape
    maximum minimum
    mean median sum
    negative positive
    ones zeros
    sigmoid linear softmax tanh
    sort unique
    std var
    test train validation
    TypeError ValueError
    """
_OTHERS = {
    name: [other for other in line.split() if other != name]
    for line in _TAKEN_FOR.strip().splitlines()
    for name in line.split()
}
# What else could be asked of a call.
_ADDED = {
    "Dense": ["activation='relu'", "activation='softplus'"],
    "Embedding": ["trainable=False"],
    "Masking": ["mask_value=1.0"],
    "concatenate": ["axis=0"],
    "fit": ["shuffle=False", "initial_epoch=1"],
    "recurrent": ["return_sequences=True", "activation='linear'"],
    "sum": ["keepdims=True"],
    "to_csv": ["header=False", "sep=';'", "float_format='%.1f'"],
}
_MODULES = r"(np|pd|tf\.keras|models)\."


def mutants(source):
    """{name: source} of all mutants of a function; a name shows what changed, and into what.

    >>> for name in mutants("def half(x): return x / 2"):
    ...     print(name)
    {return x / 2 -> pass}
    return {x / 2 -> None}
    return x {/ -> *} 2
    return x /{ -> /} 2
    return {x / 2 -> x}
    return {x / 2 -> 2}
    return {x / 2 -> 2 / x}
    return x / {2 -> 3}
    return x / {2 -> 1}
    """
    tree = ast.parse(source)
    function = tree.body[0]
    original = ast.unparse(tree)
    sources = {original: None}
    for put, node, of in list(_places(function)):
        for new in _changes(node, of, function):
            put(new)
            sources.setdefault(ast.unparse(tree))
        put(node)
    del sources[original]
    names = [_name(original, mutant) for mutant in sources]
    seen = Counter()
    for n, name in enumerate(names):
        seen[name] += 1
        names[n] += f" ({seen[name]})" * (seen[name] > 1)
    return dict(zip(names, sources, strict=True))


def _places(of):
    """(how another node is put into its place, node, the node that holds it), for all below."""
    if isinstance(of, ast.Raise):  # the words of a message are free
        return
    for field, value in ast.iter_fields(of):
        docstring = isinstance(of, ast.FunctionDef) and field == "body" and ast.get_docstring(of)
        if isinstance(value, ast.AST):
            yield lambda new, field=field: setattr(of, field, new), value, of
            yield from _places(value)
        elif isinstance(value, list):
            for n, part in enumerate(value):
                if isinstance(part, ast.AST) and not (docstring and n == 0):
                    yield lambda new, n=n, value=value: value.__setitem__(n, new), part, of
                    yield from _places(part)


def _like(node, **changes):
    other = copy(node)
    vars(other).update(changes)
    return other


def _swapped(parts):
    """A list with two neighbours changed, in all ways."""
    for n in range(len(parts) - 1):
        yield [*parts[:n], parts[n + 1], parts[n], *parts[n + 2 :]]


def _without(parts):
    for n in range(len(parts)):
        yield parts[:n] + parts[n + 1 :]


def _changes(node, of, function):
    """What may stand there instead of a node."""
    method = _CHANGES.get(type(node))
    if isinstance(node, ast.stmt):
        yield ast.Pass()
    if method:
        yield from method(node, of, function)


def _of_return(node, of, function):
    yield _like(node, value=ast.Constant(None))
    if isinstance(node.value, (ast.Tuple, ast.List)):
        parts = node.value.elts
        for n in range(len(parts)):
            wrong = [*parts[:n], ast.Constant(0), *parts[n + 1 :]]
            yield _like(node, value=_like(node.value, elts=wrong))


def _of_sequence(node, of, function):
    if isinstance(node.ctx, ast.Load):
        for parts in (*_swapped(node.elts), *_without(node.elts)):
            yield _like(node, elts=parts)


def _of_dict(node, of, function):
    for values in _swapped(node.values):
        yield _like(node, values=values)


def _of_compare(node, of, function):
    for operator in _COMPARISONS[type(node.ops[0])]:
        yield _like(node, ops=[operator(), *node.ops[1:]])


def _of_binary(node, of, function):
    for operator in _OPERATORS[type(node.op)]:
        yield _like(node, op=operator())
    yield from (node.left, node.right)
    if not isinstance(node.op, (ast.Add, ast.Mult)):
        yield _like(node, left=node.right, right=node.left)


def _of_boolean(node, of, function):
    yield _like(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    yield from node.values


def _of_constant(node, of, function):
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        less = value - 1 if isinstance(value, int) else 0.9 * value
        yield from (ast.Constant(value + 1), ast.Constant(less))
    elif isinstance(value, str):
        yield from map(ast.Constant, [*_OTHERS.get(value, []), f"{value}x"])


def _of_name(node, of, function):
    """Names of a line above, and the other arguments of the function."""
    if isinstance(node.ctx, ast.Load):
        arguments = [one.arg for one in function.args.args]
        others = [name for name in arguments if node.id in arguments and name != node.id]
        yield from (ast.Name(name, node.ctx) for name in [*_OTHERS.get(node.id, []), *others])


def _of_attribute(node, of, function):
    yield from (_like(node, attr=name) for name in _OTHERS.get(node.attr, []))


def _of_call(node, of, function):
    for args in (*_swapped(node.args), *_without(node.args)):
        yield _like(node, args=args)
    for n, arg in enumerate(node.args):
        if not isinstance(arg, ast.Starred):
            yield _like(node, args=[*node.args[:n], ast.Constant(None), *node.args[n + 1 :]])
    for keywords in _without(node.keywords):
        yield _like(node, keywords=keywords)
    for keyword in _ADDED.get(_called(node), []):
        more = ast.parse(f"f({keyword})").body[0].value.keywords
        kept = [given for given in node.keywords if given.arg != more[0].arg]
        yield _like(node, keywords=kept + more)
    if isinstance(node.func, ast.Attribute):
        is_of_module = re.match(_MODULES, ast.unparse(node.func))
        yield from [] if is_of_module else [node.func.value]
    yield from (arg for arg in node.args if not isinstance(arg, ast.Starred))


def _called(node):
    """The last name of what is called: of keras.layers.Dense(1) it is Dense."""
    function = node.func.value if isinstance(node.func, ast.Subscript) else node.func
    return getattr(function, "attr", getattr(function, "id", None))


def _of_slice(node, of, function):
    if node.lower or node.upper:
        yield ast.Slice()
        yield _like(node, lower=node.upper, upper=node.lower)


def _of_subscript(node, of, function):
    if isinstance(node.ctx, ast.Load):
        yield node.value


def _of_condition(node, of, function):
    yield _like(node, test=ast.UnaryOp(ast.Not(), node.test))
    for constant in (True, False):
        yield _like(node, test=ast.Constant(constant))


def _of_assignment(node, of, function):
    if isinstance(node.op, ast.Add):
        yield _like(node, op=ast.Sub())
    yield ast.Assign([node.target], node.value, lineno=0)


def _of_raise(node, of, function):
    yield ast.Raise(ast.Name("TypeError", ast.Load()))


def _of_loop(node, of, function):
    """Only the first round."""
    yield _like(node, body=[*node.body, ast.Break()])


_CHANGES = {
    ast.Return: _of_return,
    ast.Tuple: _of_sequence,
    ast.List: _of_sequence,
    ast.Dict: _of_dict,
    ast.Compare: _of_compare,
    ast.BinOp: _of_binary,
    ast.BoolOp: _of_boolean,
    ast.UnaryOp: lambda node, of, function: [node.operand],
    ast.Constant: _of_constant,
    ast.Name: _of_name,
    ast.Attribute: _of_attribute,
    ast.Call: _of_call,
    ast.Slice: _of_slice,
    ast.Subscript: _of_subscript,
    ast.If: _of_condition,
    ast.IfExp: _of_condition,
    ast.AugAssign: _of_assignment,
    ast.For: _of_loop,
    ast.Raise: _of_raise,
    ast.Assign: lambda node, of, function: [_like(node, value=ast.Constant(None))],
    ast.keyword: lambda node, of, function: [_like(node, value=ast.Constant(None))],
}


def _name(original, mutant):
    """What differs, as {before -> after} with what stands beside it in its line."""
    short = min(len(original), len(mutant))
    start = next((n for n in range(short) if original[n] != mutant[n]), short)
    end = next((n for n in range(short - start) if original[~n] != mutant[~n]), short - start)
    while start and re.match(r"[\w.]", original[start - 1]):
        start -= 1
    while end and re.match(r"[\w.]", original[len(original) - end]):
        end -= 1
    before = original[:start].rpartition("\n")[2].lstrip()
    after = original[len(original) - end :].partition("\n")[0]
    change = [text[start : len(text) - end].strip("\n") for text in (original, mutant)]
    return f"{before[-24:]}{{{' -> '.join(change)}}}{after[:16]}".strip()
