"""Answers to the tasks of the homework: those of the solutions here, others beside."""

from utils.homework import student


def of_solution(number):
    """({name: what the solution defines}, {name: what students get}) of a homework's tasks."""
    solution = student.solution(number)
    gaps = student.student_version(solution)
    return student.names_defined(solution), student.names_defined(gaps)
