import pytest

from local.demo.__main__ import main


@pytest.mark.parametrize("options", [[], ["--direct"]])
def test_demo_passes_its_checks(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--readings", "360", *options]) == 0
    printed = capsys.readouterr().out
    assert printed.count("✓") == 9
    assert "PayloadTooLarge" in printed


def test_demo_says_what_it_cannot_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--readings", "100000"]) == 2
    assert "12 rooms have" in capsys.readouterr().out
