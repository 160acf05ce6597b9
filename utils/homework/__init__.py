"""The tasks of the homework: checks and hints, and the students' versions of the notebooks."""
