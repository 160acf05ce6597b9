"""The functions of a hand-in that runs in another process, for checks to call as their own.

A check calls `function(name)` with data and gets data back (utils.grading.wire). It never runs
the hand-in's code, so that nothing in that process can change what the check finds.
"""

import io
import json

from utils.grading import sandbox, wire


class HandIn:
    """What `utils.grading.server` serves at the other end of two streams.

    ended: why a call found it gone, or None. not_data: why the last answer could not be looked at
    from here, or None. hints: {task: numbers of the hints} that its cells asked for, as it says.
    """

    def __init__(self, asked, answers):
        self._asked, self._answers = asked, answers
        self.ended = self.not_data = None
        self.hints = {}

    def start(self):
        """Wait until it listens; Ended if it does not."""
        sandbox.receive(self._answers)

    def execute(self, cells):
        """Execute cells, as `server.execute` takes them.

        Returns None, or (number of the cell that stopped, kind of error, message).
        """
        sandbox.send(self._asked, json.dumps(cells).encode())
        try:
            stopped, asked_for = json.loads(sandbox.receive(self._answers))
            self.hints = _hints(asked_for)
            if stopped is None:
                return None
            number, kind, message = stopped
            return range(len(cells))[number], str(kind), str(message)
        except (ValueError, TypeError, IndexError, RecursionError):
            raise sandbox.Ended("something else than an answer came back") from None

    def function(self, name):
        """The hand-in's function of this name, or None; Ended if the hand-in is gone."""
        self._send("has", name)
        try:
            if self._answer() is not True:
                return None
        except wire.NotData:
            return None

        def call(*args, **kwargs):
            try:
                return self._call(name, args, kwargs)
            except sandbox.Ended as why:
                self.ended = str(why)
                raise
            except wire.NotData as why:
                self.not_data = str(why)
                raise

        return call

    def expect_alive(self):
        """Raise Ended if a call found it gone, also where a check passed over that."""
        if self.ended is not None:
            raise sandbox.Ended(self.ended)

    def _call(self, name, args, kwargs):
        asked = self._send("call", name, args, kwargs)
        stopped = None
        while True:
            what, *said = self._answer()
            if what != "calls":
                break
            stopped = stopped or self._call_here(asked, *said)
        value, files, weights = said
        for path, data in zip(asked.paths, files, strict=True):
            if data is not None:
                path.write_bytes(data)
        for model, of_model in zip(asked.models, weights, strict=True):
            model.set_weights(of_model)
        if stopped:
            raise stopped
        if what == "raised":
            kinds, message, line = value
            error = wire.error_from(kinds, str(message))
            error.line_of_answer = str(line)
            raise error
        return value

    def _call_here(self, asked, number, args, kwargs):
        """Call a function of the check for the hand-in; the exception it raised, or None."""
        try:
            value = asked.functions[number](*args, **kwargs)
        except Exception as error:
            self._send("stop", None)
            return error
        self._send("value", value)
        return None

    def _send(self, *message):
        held = io.BytesIO()
        pickler = wire.ToHandIn(held)
        pickler.dump(message)
        sandbox.send(self._asked, held.getvalue())
        return pickler

    def _answer(self):
        return wire.decode(sandbox.receive(self._answers))


def _hints(said):
    """What a hand-in says of its hints, whatever that is, as {task: numbers of the hints}.

    >>> _hints({"1.3": [3, 1, "4"], "1.4": None}), _hints("none")
    ({'1.3': [1, 3]}, {})
    """
    said = said if isinstance(said, dict) else {}
    lists = {task: numbers for task, numbers in said.items() if isinstance(numbers, list)}
    known = {task: [n for n in (1, 2, 3) if n in numbers] for task, numbers in lists.items()}
    return {task: numbers for task, numbers in known.items() if numbers}
