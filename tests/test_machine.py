"""What of its memory a machine has left."""

import pytest

from utils import machine


@pytest.mark.parametrize(
    ("line", "limit", "files", "left"),
    [
        ("0::/user/me", "user", {"memory.max": 900, "memory.current": 300}, 700),
        ("0::/user/me", "user/me", {"memory.max": 900, "memory.current": 300}, 700),
        ("0::/host/only", ".", {"memory.max": 900, "memory.current": 950}, 50),
        (
            "4:memory:/me",
            "memory/me",
            {"memory.limit_in_bytes": 500, "memory.usage_in_bytes": 400},
            200,
        ),
    ],
)
def test_the_limit_of_a_control_group_counts(tmp_path, line, limit, files, left):
    of = tmp_path / "cgroup"
    of.write_text(f"5:devices:/\n{line}\n")
    group = tmp_path / "groups" / limit
    group.mkdir(parents=True)
    for name, content in files.items():
        (group / name).write_text(f"{content}\n")
    (group / "memory.stat").write_text("anon 1\ninactive_file 100\ntotal_inactive_file 100\n")
    assert machine.memory_left(tmp_path / "groups", of) == left
