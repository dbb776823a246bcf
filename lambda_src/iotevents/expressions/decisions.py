"""Decisions of this implementation where the documentation of the language is silent or contradicts itself.

Each decision is made by one function or constant, named here, so that it can be found and changed there.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Decision:
    """Question that the documentation leaves open, the choice, and the function or constant that makes it."""

    name: str
    question: str
    choice: str
    where: str


DECISIONS: Final = (
    Decision(
        "integer-division",
        "What does Integer / Integer make of a fraction?",
        "cut toward zero; `integer_division=IntegerDivision.ROUND` rounds, halves away from zero",
        "operations.truncate_quotient",
    ),
    Decision(
        "precedence",
        "Which operator binds stronger, and from which side?",
        "as in JavaScript; operators of one precedence apply from the left",
        "parser.PRECEDENCE",
    ),
    Decision(
        "equality",
        "What do == and != say of types that are not compatible, of undefined, null, arrays and objects?",
        "== is false and != is true; null equals null only, undefined not even itself",
        "operations.equal",
    ),
    Decision(
        "ordering",
        "What do < <= > >= take?",
        "two numbers, or two strings by code point; undefined gives undefined, all else an error",
        "operations.ordering",
    ),
    Decision(
        "undefined-operands",
        "What do arithmetic, order and bit operators make of undefined?",
        "undefined, whatever the other operand is; null and other wrong types are an error",
        "operations.undefined_or_mismatch",
    ),
    Decision(
        "undefined-negation",
        "What do ! ~ and unary - make of undefined?",
        "undefined",
        "operations.undefined_or_refused",
    ),
    Decision(
        "conjunction",
        "Does && evaluate both sides, and what is an undefined side?",
        "from the left, up to the first side that is false or undefined; then it is false",
        "compiler.conjunction",
    ),
    Decision(
        "disjunction",
        "Does || evaluate both sides?",
        "from the left, up to the first side that is true; an undefined side is false, as documented",
        "compiler.disjunction",
    ),
    Decision(
        "decimals",
        "How precise are decimals, and how do they look as text?",
        "IEEE doubles; the shortest text that reads back, with `.0` kept and an exponent from 1e16",
        "values.text_of_decimal",
    ),
    Decision(
        "overflow",
        "What if a number is too large?",
        "integers beyond 64 bit and decimals that are not finite are an error",
        "operations.checked",
    ),
    Decision(
        "zero-divisor",
        "What is a division by zero?",
        "an error, also for decimals",
        "operations.division",
    ),
    Decision(
        "joining",
        "Does + join a string with other types?",
        "with numbers, on either side; with a Boolean, null, array or object it is an error",
        "operations.join",
    ),
    Decision(
        "text-of-null-and-objects",
        "What is null, an array or an object inside `${…}`?",
        "its compact JSON text",
        "values.text_of_json",
    ),
    Decision(
        "undefined-in-template",
        "What is a template with an undefined `${…}`?",
        "undefined as a whole",
        "compiler.interpolated",
    ),
    Decision(
        "escapes",
        "Which escapes has a string?",
        "a backslash before a quote of either kind or a backslash; any other backslash stands for itself",
        "tokens.ESCAPES",
    ),
    Decision(
        "conversion",
        "What exactly does convert() accept?",
        "the documented pairs and Integer to String; undefined, null and conversion to the same type fail",
        "functions.convert",
    ),
    Decision(
        "conversion-of-text",
        "Which strings are a Decimal?",
        "digits or digits.digits, with an optional minus",
        "functions.DECIMAL_TEXT",
    ),
    Decision(
        "boolean-text",
        "Which strings are a Boolean?",
        "exactly `true` and `false`",
        "functions.BOOLEAN_TEXT",
    ),
    Decision(
        "trigger-words",
        "Is the argument of triggerType() case-sensitive?",
        "no; another word than message or timer is false",
        "functions.trigger_type",
    ),
    Decision(
        "timeout-lasts",
        "Is timeout() true once, or throughout the evaluation that the timer started?",
        "throughout, and in no other evaluation",
        "functions.timeout",
    ),
    Decision(
        "asked-names",
        "What do timeout(), triggerType() and currentInput() make of other arguments than strings?",
        "undefined of undefined, an error of other types",
        "functions.asked_for",
    ),
    Decision(
        "array-index",
        "Which array indices are there?",
        "digits only; outside the array, or on anything but an array, undefined",
        "compiler.value_at",
    ),
    Decision(
        "reference-syntax",
        "Which names need back-ticks?",
        "all but letters, digits and _ after a letter; no spaces in a reference outside back-ticks",
        "tokens.STEP",
    ),
    Decision(
        "routed-by-current-input",
        "Does an input that is named only in currentInput() reach the model?",
        "yes",
        "references.references_of",
    ),
    Decision(
        "plain-or-expression",
        "When is a parameter such as mqttTopic an expression and not plain text?",
        "if it begins with a quote or holds $input. or $variable. outside `${…}`",
        "expression.is_expression",
    ),
    Decision(
        "not-boolean",
        "What is a condition whose value is not Boolean, or that has none?",
        "it does not hold; an evaluation error is reported as one",
        "condition.judge",
    ),
)
