"""What the course uses of other packages beyond what they document: it may vanish with a version.

Here each has its name, so that an update fails with a sentence and not somewhere inside. What is
used of Kaggle's client itself is in tests/test_kaggle_client.py, which gives it a home of its own.
"""

import importlib
import importlib.metadata
import operator

import pytest

# package, module, attribute -> where it is used, and for what
PARTS = {
    ("papermill", "papermill.engines", "NBClientEngine.execute_managed_notebook"): (
        "utils/course/run.py overrides it to have its own client"
    ),
    ("papermill", "papermill.engines", "papermill_engines.register"): (
        "utils/course/run.py adds its engine with it"
    ),
    ("papermill", "papermill.clientwrap", "PapermillNotebookClient"): (
        "utils/course/run.py derives its client from it"
    ),
    ("nbclient", "nbclient", "NotebookClient.on_comm_open_jupyter_widget"): (
        "utils/course/run.py overrides it, or what a slider draws may wait for ever"
    ),
    ("kagglesdk", "kagglesdk", "KaggleCredentials.DEFAULT_CREDENTIALS_FILE"): (
        "utils/kaggle_client.py looks for a login there"
    ),
    ("kagglesdk", "kagglesdk", "get_access_token_from_env"): (
        "utils/kaggle_client.py asks it for a token before the client is imported"
    ),
    ("kagglesdk", "kagglesdk.kaggle_env", "_env_to_endpoint"): (
        "tests/kaggle_server.py puts a server on this machine in Kaggle's place with it"
    ),
}


@pytest.mark.parametrize(("package", "module", "attribute"), PARTS)
def test_it_is_still_there(package, module, attribute):
    version = importlib.metadata.version(package)
    try:
        operator.attrgetter(attribute)(importlib.import_module(module))
    except (ImportError, AttributeError):
        use = PARTS[package, module, attribute]
        pytest.fail(f"{package} {version} has no {module}.{attribute} any more, but {use}.", False)
