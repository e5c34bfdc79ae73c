"""Threads: who answers whom, over gaps, by subject, and whatever the headers claim."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.mail import Message, Thread, base_subject, threads
from tests.mail.mails import mail, read_one
from tests.patience import patience


def message(
    mid: str, *refs: str, reply: str = "", subject: str = "x", day: int = 1, date: str | None = None
) -> Message:
    extra = f"References: {' '.join(f'<{ref}>' for ref in refs)}\n" if refs else ""
    extra += f"In-Reply-To: <{reply}>\n" if reply else ""
    when = f"Mon, {day} Jun 2026 10:00:00 +0000" if date is None else date
    return read_one(mail(mid=mid, subject=subject, extra=extra, date=when))


def shape(thread: Thread) -> dict[str, str]:
    return {m.message_id: above.message_id for m in thread.messages if (above := thread.parent(m)) is not None}


def test_in_reply_to_wins_over_references() -> None:
    (thread,) = threads([message("a"), message("b", reply="a"), message("c", "a", "b", reply="a")])
    assert shape(thread) == {"b": "a", "c": "a"}
    assert [m.message_id for m in thread.children(thread.root)] == ["b", "c"]


def test_a_missing_mail_is_bridged() -> None:
    (thread,) = threads([message("a"), message("c", "a", "gone", reply="gone")])
    assert shape(thread) == {"c": "a"}


def test_answers_to_a_mail_that_is_not_there_belong_together() -> None:
    (thread,) = threads([message("b", reply="gone", subject="one"), message("c", reply="gone", subject="two")])
    assert shape(thread) == {}
    assert thread.root.message_id == "b"


def test_a_thread_broken_but_for_its_subject() -> None:
    found = threads(
        [
            message("a", subject="[LIST] [PATCH v2] domctl: x"),
            message("b", subject="Re: [PATCH v2] domctl:  x", day=2),
            message("c", subject="AW: Re: [LIST] [PATCH v2] domctl: x", day=3),
            message("d", subject="Re: [PATCH v3] domctl: x", day=4),
            message("e", subject="[PATCH v2] domctl: x", day=5),
        ]
    )
    assert [shape(thread) for thread in found] == [{"b": "a", "c": "a"}, {}, {}]


def test_a_subject_answers_what_came_before_it() -> None:
    assert len(threads([message("a", subject="Re: x", day=1), message("b", subject="x", day=2)])) == 2


def test_sorted_by_arrival() -> None:
    late, early, undated = message("a", day=5), message("b", reply="a", day=2), message("c", reply="a", date="")
    (thread,) = threads([late, undated, early])
    assert [m.message_id for m in thread.messages] == ["b", "a", "c"]
    assert thread.root.message_id == "a"


def test_ancestors_and_descendants() -> None:
    (thread,) = threads(
        [message("a"), message("b", reply="a", day=2), message("c", reply="b", day=3), message("d", reply="a", day=4)]
    )
    a, b, c, d = thread.messages
    assert thread.ancestors(c) == (b, a)
    assert thread.ancestors(c, 1) == (b,)
    assert thread.descendants(a) == (b, c, d)
    assert thread.get("b") == b
    assert thread.get("z") is None


def test_a_thread_built_by_hand_knows_its_answers() -> None:
    thread = Thread((message("a"), message("b", reply="a", day=2)))
    assert shape(thread) == {"b": "a"}


def test_loops_end() -> None:
    (thread,) = threads([message("a", reply="c"), message("b", reply="a"), message("c", reply="b")])
    assert len(shape(thread)) == 2
    assert len(thread.ancestors(thread.messages[-1])) <= 2


@given(st.lists(st.tuples(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=3)), max_size=8))
@settings(max_examples=200, deadline=None)
def test_any_references_make_trees(links: list[tuple[int, list[int]]]) -> None:
    messages = [
        message(str(n), *map(str, refs), reply=str(reply), subject=f"s{n}", day=1 + n)
        for n, (reply, refs) in enumerate(links)
    ]
    found = threads(messages)
    assert sorted(m.message_id for thread in found for m in thread.messages) == sorted(m.message_id for m in messages)
    for thread in found:
        for one in thread.messages:
            above = thread.ancestors(one)
            assert one not in above
            assert len(set(above)) == len(above)
            assert all(one in thread.descendants(other) for other in above)


def test_long_chains_and_loops_take_linear_time() -> None:
    count = 10_000
    chain = [message(str(n), reply=str((n + 1) % count)) for n in range(count)]
    with patience():
        (thread,) = threads(chain)
        assert len(thread.parents) == count - 1
        assert len(thread.descendants(thread.root)) == count - 1


def test_base_subject() -> None:
    assert base_subject("Re: [Xen-devel] [PATCH v2] Domctl:  X") == ("[patch v2] domctl: x", True)
    assert base_subject("[LTP] Re: [PATCH] x") == ("[patch] x", True)
    assert base_subject("RE[2]: Fwd: x") == ("x", True)
    assert base_subject("[PATCH] Regard: x") == ("[patch] regard: x", False)
