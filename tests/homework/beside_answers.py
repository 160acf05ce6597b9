"""What people write into notebooks beside their answers, and whether it can be handed in."""

# Each is a cell of its own, run one after another in one notebook.
TAKEN = [
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "%config InlineBackend.figure_format = 'retina'",
    "found = !ls\n!echo here; no-such-program",
    "%pip --version",
    "!pip install --quiet numpy",
    '#@title Settings { display-mode: "form" }\nunits = 32  #@param {type:"slider", min:1}',
    "import asyncio\nawait asyncio.sleep(0.01)",
    "%%time\nsum(range(10))",
    "%timeit -n1 -r1 1 + 1",
    "%%bash\necho here",
    "%%capture kept\nprint(3)",
    "%load_ext autoreload\n%autoreload 2",
    "%%html\n<b>bold</b>",
    "%env COLOUR=blue",
    "%who",
    "?print",
    "from IPython.display import HTML, clear_output\ndisplay(HTML('<b>bold</b>'))\nclear_output()",
    "from tqdm.notebook import tqdm\nfor step in tqdm(range(3)):\n    pass",
    "from ipywidgets import interact\n\n@interact(n=(1, 5))\ndef show(n=2):\n    print(n)",
    "import logging, sys, warnings\nlogging.warning('w')\nwarnings.warn('w')\n"
    "print('e', file=sys.stderr)",
    "%%writefile of_my_own.py\nanswer = 42",
    "import of_my_own\nassert of_my_own.answer == 42",
    "print('no line end', end='')\nprint('\\r50 %', end='')",
    "try:\n    import a_package_of_nobody\nexcept ImportError:\n    pass",
    "In[1], Out, _",
    '"""The file lies in /home/ada/course."""\n# open("/home/ada/course/data.csv")',
    "if False:\n    exit()",
]
# Code -> what the sentence says of it.
REFUSED = {
    'name = input("Your name: ")': "asks for input",
    "import getpass\ngetpass.getpass()": "asks for input",
    "from google.colab import drive": "which only Colab has",
    "%tensorflow_version 2.x": "only Colab",
    "import sys\nsys.exit()": "exit()",
    "quit()": "exit()",
    "exit": "exit()",
    "raise ValueError('own')": "ValueError: own.",
}
