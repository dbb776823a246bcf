"""Decisions of this implementation where the documentation of detectors is silent or contradicts itself.

Each decision is made by one function, class or constant below `iotevents`, named here.
"""

from typing import Final

from iotevents.expressions.decisions import Decision

DECISIONS: Final = (
    Decision(
        "value-without-value",
        "What does setVariable do with undefined, null, an object or an array?",
        "the variable keeps its value; an error is reported",
        "engine.actions.set_variable",
    ),
    Decision(
        "action-order",
        "Which values do actions and payloads see?",
        "those of their moment: actions run in the order of their lists and see what earlier ones wrote, "
        "in BATCH too",
        "engine.actions.perform",
    ),
    Decision(
        "on-input-order",
        "What comes first, the events of onInput or its transition events?",
        "the events, in their order, with their actions; then the actions of the transition",
        "engine.step.run_on_input",
    ),
    Decision(
        "self-transition",
        "Does a transition to the same state leave and enter it?",
        "yes: onExit and onEnter run",
        "engine.step.change_state",
    ),
    Decision(
        "timeout-in-messages",
        "Can the evaluation of a message see that a timer has run out?",
        "no, only the evaluation that the timer starts, in all its groups",
        "engine.evaluation.NO_TIMERS",
    ),
    Decision(
        "timers-at-once",
        "How many evaluations are two timers of one detector that are due in the same millisecond?",
        "one, in which timeout() is true for both",
        "engine.triggers.TimerEvent",
    ),
    Decision(
        "timers-before-messages",
        "What comes first, a timer that is due or a message that comes at or after its deadline?",
        "the timer, as of its deadline; of several detectors by deadline, model name and key",
        "runtime.runtime.DetectorRuntime.advance",
    ),
    Decision(
        "timer-nobody-tests",
        "What does a timer do in a state that does not test it?",
        "onInput is evaluated, as for every timer, and the timer is gone",
        "engine.step.step",
    ),
    Decision(
        "durations",
        "What is the duration of a timer?",
        "whole seconds, rounded down, from 60 to 31,622,400",
        "engine.actions.period_of",
    ),
    Decision(
        "failed-timer",
        "What does setTimer do if its duration is no number or out of range?",
        "an error is reported; a timer of that name that runs goes on as it was",
        "engine.actions.set_timer",
    ),
    Decision(
        "reset-unset-timer",
        "What does resetTimer do with a timer that was never set?",
        "nothing; a warning is reported",
        "engine.actions.reset_timer",
    ),
    Decision(
        "cleared-timer",
        "What stays of a timer after clearTimer?",
        "its duration: resetTimer starts it again",
        "engine.actions.clear_timer",
    ),
    Decision(
        "undeclared-attributes",
        "Can expressions read attributes that the input does not declare?",
        "yes",
        "engine.triggers.MessageEvent",
    ),
    Decision(
        "timers-in-payloads",
        "How does the default payload show timers?",
        "the running ones: name to deadline in epoch milliseconds",
        "engine.action_payload.timers_in_payload",
    ),
    Decision(
        "timer-in-trigger-details",
        "What says the default payload about the trigger if it is a timer?",
        "triggerType Timer, without inputName and messageId",
        "engine.action_payload.trigger_details",
    ),
    Decision(
        "payload-without-key",
        "What says the default payload about the key if the model has none?",
        "nothing: keyValue is left out",
        "engine.action_payload.detector_details",
    ),
    Decision(
        "state-in-payload",
        "Which state does the payload of a transition's action show?",
        "the old one, as in onExit",
        "engine.action_payload.default_payload",
    ),
    Decision(
        "payload-size",
        "How large may an evaluated payload be?",
        "as large as a string of the language; 1 KB, which an error text of the service names, is no limit",
        "expressions.limits.MAX_STRING_LENGTH",
    ),
    Decision(
        "action-ids",
        "What is the actionExecutionId?",
        "a name-based UUID of model, version, key, incarnation, evaluation and the action's place in it",
        "engine.effects.action_id",
    ),
    Decision(
        "duplicates",
        "For whom is a repeated messageId a duplicate, and how long?",
        "for the same detector and input, 300 s from its first acceptance, also if the detector was deleted "
        "meanwhile; refused messages are not remembered",
        "deduplication.RecentIds",
    ),
    Decision(
        "key-values",
        "Which key values are there?",
        "strings as they are and numbers as their JSON text, of 1 to 128 letters, digits, -, _ and :; "
        "a message with another one is refused",
        "runtime.routing.key_value",
    ),
    Decision(
        "missing-key",
        "What if a message has no key for one of several models?",
        "it is refused, and evaluated by none",
        "runtime.runtime.targets_of",
    ),
    Decision(
        "order-of-models",
        "In which order do several models get a message?",
        "in that of their names",
        "runtime.routing.routes",
    ),
    Decision(
        "messages-of-actions",
        "When is the message of an iotEvents action evaluated?",
        "at the same time, after all models of the message that caused it, in the order of the actions; "
        "its messageId is the action's id",
        "runtime.runtime.DetectorRuntime.feed_back",
    ),
    Decision(
        "generations",
        "How long may messages cause messages?",
        "ten, one after the other, and 1,000 in all for one cause; further ones are refused",
        "runtime.runtime.MAX_GENERATIONS",
    ),
    Decision(
        "unknown-detector",
        "What do BatchUpdateDetector and BatchDeleteDetector do with a detector that does not exist?",
        "they refuse the entry with ResourceNotFoundException",
        "runtime.runtime.not_found",
    ),
    Decision(
        "update-forgets-inputs",
        "What is remembered of inputs and timers after BatchUpdateDetector?",
        "nothing of inputs; of timers the durations, where those listed begin anew",
        "engine.update.update",
    ),
    Decision(
        "update-values",
        "What is the text of a variable's value in BatchUpdateDetector?",
        "JSON of a number, Boolean or string, which has its quotes; other entries are refused",
        "engine.update.variable_value",
    ),
    Decision(
        "debug-log-transition",
        "What does hasTransition mean in the debug log?",
        "that the evaluation made a transition: the one printed example has it at an OnEnter event too",
        "recordings.debug_log.debug_record",
    ),
)
