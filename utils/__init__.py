"""What the notebooks share: one module a subject.

Data flows one way: `files` -> `kaggle_files`, `samples` -> `imdb` -> `models` -> `experiments` ->
`figures` -> `course`. `reproducible` is called first, by every notebook.
"""
