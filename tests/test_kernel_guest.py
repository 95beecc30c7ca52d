"""Claims on the extension as a guest: what loading costs and touches, what unloading leaves, and a kernel that starts again."""

from __future__ import annotations

import pytest

from tests.kernel import a_kernel

pytestmark = [pytest.mark.kernel]

WATCH = """import sys, time, ipywidgets
ip = get_ipython()
before, touched = set(sys.modules), []
def look(event, args):
    watched = ("open", "os.mkdir", "os.remove", "os.rename", "socket.connect", "socket.getaddrinfo", "subprocess.Popen")
    if event in watched and not isinstance(args[0], int):  # a number is open already: the kernel's own pipes
        touched.append([event, str(args[0])])
sys.addaudithook(look)
def installed():
    manager = ip.magics_manager
    return repr([ip.input_transformer_manager.line_transforms, ip.Completer.custom_matchers, ip.events.callbacks, ip.configurables,
        sorted(manager.magics["line"]), sorted(manager.magics["cell"]), sorted(set(manager.registry) - {"ExtensionMagics"}), sorted(vars(ip))])
"""
HEAVY = {"pandas", "numpy", "openai", "anthropic", "jinja2", "pydantic", "httpx", "httpx2", "anywidget", "matplotlib", "genai_prices"}


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


def test_loading_says_nothing_imports_little_and_touches_no_file_and_no_network(kernel):
    kernel.ok(WATCH)
    kernel.ok("%load_ext autoreload\n%unload_ext autoreload\nbefore = set(sys.modules); touched.clear()")  # what the first %load_ext of any extension does
    ran = kernel.ok("%load_ext nbagent")
    assert [message["msg_type"] for _, message in ran.messages] == ["execute_input"]
    new = set(kernel.value("[name for name in sys.modules if name not in before]"))
    assert not {name.split(".")[0] for name in new} & HEAVY
    assert {name.split(".")[0] for name in new} >= {"nbagent"}
    code = (".py", ".pyc", ".so", ".pth")
    assert [what for what in kernel.value("touched") if not what[1].endswith(code) and "__pycache__" not in what[1]] == []


def test_loading_twice_is_harmless(kernel):
    kernel.ok("first = installed()")
    assert "already loaded" in kernel.ok("%load_ext nbagent").stdout
    assert kernel.value("installed() == first")
    kernel.ok("import nbagent; nbagent.load_ipython_extension(ip)")
    assert kernel.value("installed() == first")


def test_unloading_undoes_everything_and_loading_again_works(kernel):
    kernel.ok("%unload_ext nbagent")
    kernel.ok("bare = installed()")
    assert "nbagent" not in kernel.value("bare")
    kernel.ok("fine = nbagent.Scripted(['Fine.'], by='calls', loop=True)")
    for _ in range(2):
        kernel.ok("%load_ext nbagent")
        kernel.ok("%agent -m fine Hi.", allow_stdin=True)
        kernel.ok("%reload_ext nbagent")
        assert kernel.ok("%%agent -m fine\nHi.", allow_stdin=True).run["outcome"] == "completed"
        kernel.ok("%unload_ext nbagent")
        assert kernel.value("installed() == bare")
        kernel.run("%agent Hi.")
        assert kernel.run("%%agent\nHi.").status == "error"
    kernel.ok("import nbagent; nbagent.unload_ipython_extension(ip)")
    assert kernel.value("installed() == bare")


def test_the_settings_are_the_notebooks_and_say_where_they_come_from(kernel):
    kernel.ok("%load_ext nbagent")
    kernel.ok("%config NbAgent.model = 'scripted:demo'")
    assert kernel.ok("%config NbAgent.model").result == "'scripted:demo'"
    assert "%config NbAgent" in kernel.ok("%nbagent config").result
    assert kernel.ok("%agent Hi.").run["model"] == "demo"
    assert "max_steps takes a whole number, 1 or more, not 0." in kernel.run("%config NbAgent.max_steps = 0").stdout
    said = kernel.value("{row.setting: row.said_in for row in get_ipython().run_line_magic('nbagent', 'config').itertuples()}")
    assert {name for name, where in said.items() if where == "%config NbAgent"} == {"model"}


def test_help_is_a_page_of_examples(kernel):
    for asks in ("%agent --help", "%%agent --help", "%%agent -h\nHi.", "%tool --help", "%%tool --help", "%trace --help", "%nbagent --help"):
        ran = kernel.ok(asks)
        assert len(ran.stdout.splitlines()) > 8
        assert ran.of("error") == []
    (payload,) = kernel.ok("%%agent?").reply["payload"]
    assert "--model" in payload["data"]["text/plain"]


@pytest.mark.parametrize("command", ["", "models scripted", "tools", "sessions", "config", "doctor"])
def test_what_there_is_comes_as_a_table(kernel, command):
    kernel.ok(f"table = %nbagent {command}")
    assert kernel.value("isinstance(table, __import__('pandas').DataFrame)")


def test_a_kernel_that_starts_again_knows_nothing_and_works(kernel):
    kernel.restart()
    assert kernel.run("%agent -m scripted:demo Hi.", cell_id="a").status == "error"
    kernel.ok("%load_ext nbagent")
    assert kernel.ok("%%agent -m scripted:demo\nHi.", cell_id="a", allow_stdin=True).run["outcome"] == "completed"
    assert kernel.value("len(get_ipython().find_line_magic('agent').__self__.desk.sessions['main'].messages)") == 2
