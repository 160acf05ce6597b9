"""How Sphinx makes the site of the course; utils/course/site.py brings its sources together."""

from pathlib import Path

from utils.course import address, site

project = "Recurrent networks"
author = "the authors of the course"
html_title = "Recurrent networks"
language = "en"
extensions = [
    "myst_nb",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",
    "sphinx_copybutton",
    "sphinx_design",
]

nb_execution_mode = "off"  # the outputs are those that the notebooks have
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath", "html_image"]
myst_heading_anchors = 3

html_theme = "sphinx_book_theme"
html_theme_options = {
    "show_toc_level": 2,
    "navbar_start": ["navbar-logo"],
    "navbar_persistent": ["search-button-field"],
    "use_download_button": False,
    "use_fullscreen_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
if (repository := address.address()) != address.NOT_SET:
    html_theme_options |= {
        "repository_url": repository,
        "repository_branch": "main",
        "launch_buttons": {
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        },
    }
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is set
html_sidebars = {"**": ["sbt-sidebar-nav"]}
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_js_files = ["scrollable.js"]
html_copy_source = False
html_show_sphinx = False
copybutton_exclude = ".linenos, .gp, .go"

# MathJax without its menu, which would ask for more of its parts.
mathjax3_config = {"options": {"enableMenu": False, "enableAssistiveMml": True}}


def _leave_out_what_no_page_asks_for(app, exception):
    folder = Path(app.outdir, "_static", "mathjax")
    if exception or not folder.exists():
        return
    kept = [folder / part for part in site.MATHJAX]
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and not any(path == part or part in path.parents for part in kept):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def setup(app):
    """Called by Sphinx."""
    app.connect("build-finished", _leave_out_what_no_page_asks_for, priority=900)
