"""What the notebooks share: one module a subject.

Data flows one way: `files` -> `kaggle_files`, `samples` -> `imdb`, `ngrams`, `tasks` -> `models` ->
`experiments` -> `cells`, `gradients`, `gates` -> `figures`, `claims` -> `course`. `reproducible`
is called first, by every notebook.
"""
