"""What a docstring says, in three styles: the summary without its sections, and each parameter's description."""

import functools
import subprocess
import sys

import pytest

from nbagent.docstrings import Described, described


def google(city, unit="c", *rest, **more):
    """Current weather of a city.

    It asks: twice, where it must.

    Args:
        city: The city,
            on two lines.
        unit (str, optional): Celsius ("c") or not.
        *rest: Nothing.

    Returns:
        dict: The weather.

    Raises:
        ValueError: Never.

    Warning:
        Slow in winter.

    Examples:
        >>> google("Oslo")
    """


def numpy(city, unit="c"):
    """Current weather of a city.

    It asks: twice, where it must.

    Parameters
    ----------
    city : str
        The city,
        on two lines.
    unit : {"c", "f"}, optional
        Celsius ("c") or not.

    Returns
    -------
    dict
        The weather.

    Examples
    --------
    >>> numpy("Oslo")
    """


def sphinx(city, unit="c"):
    """Current weather of a city.

    It asks: twice, where it must.

    :param city: The city,
        on two lines.
    :param str unit: Celsius ("c") or not.
    :type city: str
    :returns: The weather.
    :rtype: dict
    :raises ValueError: never
    """


def plain(city):
    """Current weather of a city.

    Note that: it is slow.
    """


SAID = {"city": "The city, on two lines.", "unit": 'Celsius ("c") or not.'}
SUMMARY = "Current weather of a city.\n\nIt asks: twice, where it must."


def test_google():
    assert described(google) == Described(SUMMARY + "\n\nWarning: Slow in winter.", SAID | {"rest": "Nothing."})


@pytest.mark.parametrize("function", [numpy, sphinx])
def test_numpy_and_sphinx(function):
    assert described(function) == Described(SUMMARY, SAID)


def test_a_docstring_without_sections_is_all_summary():
    assert described(plain) == Described("Current weather of a city.\n\nNote that: it is slow.", {})
    assert described(lambda: 0) == Described("", {})


def test_a_partial_functions_docstring_is_its_functions():
    assert described(functools.partial(numpy, unit="f")).parameters == SAID


def test_griffe_is_imported_for_sections_only():
    code = "import sys\nfrom nbagent.docstrings import described\ndef f():\n    'One line.'\ndescribed(f)\nprint('griffe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_what_a_class_says_of_its_attributes_is_what_its_parameters_are():
    class Order:
        """An order.

        Attributes:
            item: What is ordered.
        """

    assert described(Order) == Described("An order.", {"item": "What is ordered."})
