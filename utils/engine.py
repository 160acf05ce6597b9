"""Pieces of work side by side: on the cores of this machine, or on the machines of a Dask cluster.

joblib hands them out here, to threads: a piece is to start a process of its own, or to leave
Python's lock to others. On a cluster Dask does, and gives the pieces of a worker that is lost to
another.
"""

import asyncio
import contextlib
import itertools
import re
from collections import defaultdict
from dataclasses import dataclass

import joblib

from utils import machine
from utils.errors import CourseError

_SECONDS = 10  # in which a scheduler answers, and has a worker


class EngineError(CourseError):
    """Why there is no cluster to work on, and what to do."""


@contextlib.contextmanager
def cluster(address):
    """A client of the Dask scheduler at `address`, as "tcp://scheduler:8786", for a block.

    Raises EngineError where none answers, it lacks the course, or has no worker.

    >>> with cluster("scheduler"):
    ...     pass
    Traceback (most recent call last):
    utils.engine.EngineError: ENGINE=scheduler: expected tcp://NAME:PORT, as Dask's scheduler says.
    """
    if not re.fullmatch(r"(tcp|tls)://\S+:\d+", address):
        said = "expected tcp://NAME:PORT, as Dask's scheduler says."
        raise EngineError(f"ENGINE={address}: {said}")
    try:
        from dask.distributed import Client
    except ModuleNotFoundError:
        raise EngineError(
            f"ENGINE={address}: Dask is not installed here: .venv/bin/python -m pip install -e "
            "'.[dask]'."
        ) from None
    try:
        asyncio.run(_expect_scheduler(address))
        client = Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, TypeError, ValueError) as error:
        raise EngineError(
            f"ENGINE={address}: no Dask scheduler answers there ({error}). Start one with `dask "
            "scheduler`, and give the address that it prints."
        ) from None
    with client:
        _expect_course(client, address)
        try:
            client.wait_for_workers(1, timeout=_SECONDS)
        except TimeoutError:
            raise EngineError(
                f"ENGINE={address}: this scheduler has no worker. Start one on each machine: dask "
                f"worker {address} --nthreads 1."
            ) from None
        yield client


async def _expect_scheduler(address):
    """Raise OSError where none answers; Dask's client waits for ever for what is no scheduler."""
    from distributed.comm import connect
    from distributed.security import Security

    certificates = Security().get_connection_args("client")  # for tls://, from Dask's configuration
    answers = connect(address, timeout=_SECONDS, **certificates)
    (await asyncio.wait_for(answers, _SECONDS)).abort()


def _expect_course(client, address):
    """Raise EngineError where the scheduler, which reads every piece of work, lacks the course."""
    try:
        client.run_on_scheduler(machine.installed)
    except Exception as error:  # whatever importing it may raise there
        raise EngineError(
            f"ENGINE={address}: the Python of this scheduler cannot import the course ({error}). "
            "Start it with the course's own: .venv/bin/dask scheduler."
        ) from None


@dataclass(frozen=True)
class Fit:
    """Which machines of a cluster get work.

    hosts: their names, None where all do. refusals: a sentence for each of the others. at_a_time:
    the threads of those that do.
    """

    hosts: list[str] | None
    refusals: list[str]
    at_a_time: int


def fit_hosts(client, look, arguments, here, gib, work):
    """The Fit of a cluster: each machine is asked what it is, before it gets work.

    look, arguments: look(*arguments), called on each machine, gives (why it cannot do the work or
    "", {what the work depends on: its version there}, bytes of memory left). here: the versions on
    this machine, which the others must have, too. gib: of memory that a piece of work may take.
    work: what a piece is, in a word.
    """
    from distributed.comm import get_address_host

    threads, refusals = defaultdict(int), {}
    for worker, count in client.ncores().items():
        threads[get_address_host(worker)] += count
    for worker, found in client.run(look, *arguments, on_error="return").items():
        host = get_address_host(worker)
        if isinstance(found, Exception):
            why = f"the course is not there ({type(found).__name__}: {found})"
        else:
            why, there, left = found
            most = max(1, int(left / 2**30 / gib))
            if not why and (differs := machine.difference(here, there)):
                why = f"{differs}: it needs the same course, installed from the same lock."
            if not why and threads[host] > most:
                why = (
                    f"its workers have {threads[host]} threads, each {work} may take "
                    f"{gib:.0f} GiB of memory, and {left / 2**30:.1f} are free: start them "
                    f"with {most} in all (dask worker ... --nthreads {most})."
                )
        if why:
            refusals[host] = f"{host} gets no {work}s. {why}"
    hosts = [host for host in threads if host not in refusals]
    return Fit(
        hosts if refusals else None,
        list(refusals.values()),
        sum(threads[host] for host in hosts),
    )


def done(function, pieces, at_a_time=None, client=None, hosts=None):
    """Yield function(*piece) of all pieces, each as soon as it is done.

    pieces: of arguments. at_a_time: how many; by default, as many as the cluster has threads.
    client: of a cluster; by default this machine works. hosts: the only ones of the cluster that
    get work; by default all. What a piece raises is raised here; EngineError where the cluster is
    gone, or has lost one worker after another with the same piece.

    >>> sorted(done(pow, [(2, 3), (3, 2), (1, 0)], at_a_time=2))
    [1, 8, 9]
    """
    if client is not None:
        yield from _done_there(function, pieces, at_a_time, client, hosts)
        return
    with joblib.parallel_config(backend="threading"):
        side_by_side = joblib.Parallel(
            n_jobs=at_a_time or -1,
            batch_size=1,
            pre_dispatch=at_a_time or "all",
            return_as="generator_unordered",
        )
    yield from side_by_side(joblib.delayed(function)(*piece) for piece in pieces)


def _done_there(function, pieces, at_a_time, client, hosts):
    """`done` on a cluster, by Dask itself: joblib waits for ever for a piece that Dask gave up."""
    from dask.distributed import CancelledError, KilledWorker, as_completed
    from distributed.comm import CommClosedError

    begun = (client.submit(function, *piece, pure=False, workers=hosts) for piece in pieces)
    try:
        futures = as_completed(itertools.islice(begun, at_a_time), loop=client.loop)
        for future in futures:
            futures.update(itertools.islice(begun, 1))
            yield future.result()
    except (CancelledError, KilledWorker, CommClosedError) as error:
        raise EngineError(
            f"The cluster is gone ({type(error).__name__}): its scheduler stopped, or one machine "
            "after another was lost. What is done is kept: start the cluster anew, and give the "
            "same command."
        ) from None
