import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.lambda_runtime import interface_emulator
from local.lambda_runtime.runtime import FunctionError, Runtime

HANDLER = """
import os, time

def handler(event, context):
    print("seen", event)
    time.sleep(event.get("sleep", 0))
    if event.get("fail"):
        raise ValueError("told to fail")
    if event.get("end"):
        os._exit(3)
    return {
        "left": context.get_remaining_time_in_millis(),
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "process": os.getpid(),
        "name": context.function_name,
    }
"""

needs_emulator = pytest.mark.skipif(
    interface_emulator.path() is None, reason="no runtime interface emulator here"
)


@pytest.fixture(
    scope="module", params=[pytest.param(True, marks=needs_emulator), False], ids=["emulator", "direct"]
)
def function(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    os.environ["LEAKED"] = "of the caller"
    with make(tmp_path_factory.mktemp("root"), emulated=request.param) as runtime:
        yield runtime
    del os.environ["LEAKED"]


def make(root: Path, *, emulated: bool) -> Runtime:
    (root / "trial.py").write_text(HANDLER)
    return Runtime("trial.handler", root=root, environment={"GIVEN": "1"}, timeout=2, emulated=emulated)


def test_function_answers(function: Runtime) -> None:
    answer = function.invoke({"hello": "über"})
    assert answer["name"] == "iot-events-forwarder"
    assert answer["folder"] == answer["environment"]["LAMBDA_TASK_ROOT"]
    assert 1000 < answer["left"] <= 2000
    assert "seen {'hello': 'über'}" in function.logs()


def test_function_sees_only_what_it_was_given(function: Runtime) -> None:
    environment = function.invoke({})["environment"]
    assert environment["GIVEN"] == "1"
    assert environment["AWS_ACCESS_KEY_ID"] == "local"
    assert "LEAKED" not in environment
    assert "HOME" not in environment


def test_function_keeps_its_process(function: Runtime) -> None:
    assert function.invoke({})["process"] == function.invoke({})["process"]


def test_function_error_is_raised(function: Runtime) -> None:
    with pytest.raises(FunctionError, match="told to fail"):
        function.invoke({"fail": True})
    assert function.invoke({})["left"]


@needs_emulator
def test_timeout_is_a_function_error(tmp_path: Path) -> None:
    with (
        make(tmp_path, emulated=True) as function,
        pytest.raises(FunctionError, match=r"timed out after 2\.00"),
    ):
        function.invoke({"sleep": 5})


@needs_emulator
def test_exit_is_a_function_error(tmp_path: Path) -> None:
    with make(tmp_path, emulated=True) as function:
        with pytest.raises(FunctionError, match="exit status 3"):
            function.invoke({"end": True})
        assert function.invoke({})["left"]


@pytest.mark.parametrize("emulated", [pytest.param(True, marks=needs_emulator), False])
def test_process_ends_with_the_runtime(tmp_path: Path, emulated: bool) -> None:
    with make(tmp_path, emulated=emulated) as function:
        process = function.invoke({})["process"]
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_handler_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with (
        pytest.raises(interface_emulator.EmulatorError, match="does not listen"),
        Runtime("absent.handler", root=tmp_path, emulated=False),
    ):
        pass
