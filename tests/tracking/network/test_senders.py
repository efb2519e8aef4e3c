from vtube.tracking.network.senders import ActiveSender, SequenceFilter, TokenBucket

A, A2, B = ("10.0.0.1", 1000), ("10.0.0.1", 2000), ("10.0.0.2", 1000)


def test_sticks_with_the_live_sender() -> None:
    lock = ActiveSender()
    for now in (0.0, 0.1):
        assert lock.admits(A, now)
        lock.confirm(A, now)
    assert lock.admits(A, 0.2)
    assert not lock.admits(B, 0.2)
    assert not lock.admits(A2, 0.2)


def test_hands_over_after_a_second_of_silence() -> None:
    lock = ActiveSender()
    lock.confirm(A, 0.0)
    assert not lock.admits(B, 0.9)
    assert lock.admits(B, 1.1)
    lock.confirm(B, 1.1)
    assert lock.holder == B
    assert not lock.admits(A, 1.2)


def test_a_sender_with_a_new_port_for_every_datagram_is_one_sender() -> None:
    lock = ActiveSender()
    for index in range(50):
        source = ("10.0.0.1", 3000 + index)
        assert lock.admits(source, index / 60.0)
        lock.confirm(source, index / 60.0)


def test_two_senders_on_one_host_settle_on_one() -> None:
    lock = ActiveSender()
    taken = {A: 0, A2: 0}
    for index in range(60):
        for source in (A, A2):
            if lock.admits(source, index / 60.0):
                lock.confirm(source, index / 60.0)
                taken[source] += 1
    assert min(taken.values()) <= 2


def test_late_datagrams_are_not_news() -> None:
    order = SequenceFilter(window=120)
    assert [order.accepts(number, 0.0) for number in (10, 12, 11, 12, 13)] == [True, True, False, True, True]


def test_a_restart_is_news() -> None:
    order = SequenceFilter(window=120)
    assert order.accepts(100_000, 0.0)
    assert order.accepts(1, 0.02)
    assert not order.accepts(0, 0.03)
    assert order.accepts(0, 1.5)


def test_a_sender_that_never_counts() -> None:
    order = SequenceFilter(window=120)
    assert all(order.accepts(0, index / 60.0) for index in range(10))


def test_numbers_that_jump_about_are_not_believed() -> None:
    order = SequenceFilter(window=120)
    numbers = [1000 + 60 * (index // 10) - 6 * (index % 10) for index in range(600)]
    taken = [order.accepts(number, index / 60) for index, number in enumerate(numbers)]
    assert taken.count(False) <= 8
    assert all(taken[-300:])


def test_a_late_datagram_now_and_then_does_not_shake_the_belief() -> None:
    order = SequenceFilter(window=120)
    for index in range(6000):
        assert order.accepts(index, index / 60)
        if index % 50 == 40:
            assert not order.accepts(index - 3, index / 60)


def test_budget_refills() -> None:
    budget = TokenBucket(per_s=10.0, burst=3.0)
    assert [budget.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert budget.take(0.1)
    assert not budget.take(0.1)
    assert [budget.take(99.0) for _ in range(4)] == [True, True, True, False]
