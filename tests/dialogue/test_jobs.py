"""What an answer is about, in words for people."""

from __future__ import annotations

from vtube.dialogue.jobs import Job, idle_job, look_job
from vtube.dialogue.prompt import order_line, task_of


def test_a_task_of_her_own_is_told_in_plain_words() -> None:
    """The page once showed the JSON that the model reads."""
    job = idle_job("Tell a pun.", "en", 0.0)
    assert job.text == "Tell a pun."
    assert task_of(job.prompt).endswith("Tell a pun.")
    assert look_job("en", 0.0).text[0] not in "{["


def test_an_order_and_a_line_are_told_as_they_are() -> None:
    order = Job(order_line("Greet everybody."), "", "the running order", "en", "show", None, 0.0)
    assert order.text == "Greet everybody."
    assert Job("", "Welcome!", "", "en", "show", None, 0.0).text == "Welcome!"
