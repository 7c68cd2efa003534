"""The settings of answering that the product ships with."""

from csm.answer_settings import AnswerSettings
from tests.csm.shipped import shipped_playbook


def answers() -> AnswerSettings:
    return shipped_playbook().answers
