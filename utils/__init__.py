"""What the notebooks share: one module a subject.

Data flows one way: `files` -> `samples`, `radar_hours` -> `imdb`, `rainfall`, `ngrams`, `tasks` ->
`kaggle_files` -> `models` -> `experiments` -> `cells`, `gradients`, `gates` -> `figures`, `claims`
-> `course`, `bench`, `homework`. `reproducible` is called first, by every notebook.
"""
