"""What every store must do; a new kind of store enters by standing in the table `STORES`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.store.conftest import EXAMPLE, batch, visit

from musculus.errors import StoreError, UnknownName
from musculus.store import open_store
from musculus.store.base import Ack, Counts, Gap, Letter, Query, Record, Store, Verdict


def verdict(recording: str, label: str = "human", **changes: object) -> Verdict:
    return replace(Verdict("demo", recording, 1, "bot-1", label, 5, b'{"verdict":"human"}'), **changes)  # type: ignore[arg-type]


def test_a_batch_comes_back_as_it_went_in_after_a_restart(store: Store, reopen: Callable[[], Store]) -> None:
    assert store.append([EXAMPLE]) == [Ack.STORED]
    assert reopen().batches(EXAMPLE.site, EXAMPLE.recording) == [EXAMPLE]


def test_the_same_bytes_again_are_acknowledged_and_kept_once(store: Store) -> None:
    store.append([EXAMPLE])
    assert store.append([EXAMPLE, replace(EXAMPLE, received=9)]) == [Ack.AGAIN, Ack.AGAIN]
    assert store.batches(EXAMPLE.site, EXAMPLE.recording) == [EXAMPLE]
    assert store.counts().batches == 1


def test_the_same_bytes_twice_in_one_group_are_kept_once(store: Store) -> None:
    assert store.append([EXAMPLE, EXAMPLE]) == [Ack.STORED, Ack.AGAIN]
    assert len(store.batches(EXAMPLE.site, EXAMPLE.recording)) == 1


def test_other_bytes_under_the_same_sequence_are_a_conflict_and_change_nothing(store: Store) -> None:
    store.append([EXAMPLE])
    assert store.append([replace(EXAMPLE, frame=b"other")]) == [Ack.CONFLICT]
    assert store.batches(EXAMPLE.site, EXAMPLE.recording) == [EXAMPLE]


def test_batches_come_in_the_order_they_happened_whatever_order_they_arrived_in(store: Store) -> None:
    late, early = batch(view="aa" * 8, origin=2e12), batch(view="bb" * 8, origin=1e12)
    expected = [replace(view, sequence=sequence) for view in (early, late) for sequence in (0, 1)]
    store.append([expected[3], expected[1]])
    store.append([expected[2], expected[0]])
    assert store.batches(EXAMPLE.site, EXAMPLE.recording) == expected


def test_two_sites_with_one_recording_id_never_see_each_other(store: Store) -> None:
    mine, theirs = EXAMPLE, replace(EXAMPLE, site="other", frame=b"theirs")
    assert store.append([mine, theirs]) == [Ack.STORED, Ack.STORED]
    assert store.batches("demo", EXAMPLE.recording) == [mine]
    assert [r.site for r in store.recordings(Query(site="other"))] == ["other"]
    store.erase("demo", EXAMPLE.recording)
    assert store.batches("other", EXAMPLE.recording) == [theirs]


def test_the_list_shows_the_newest_first_and_adds_up(store: Store) -> None:
    store.append([*visit(1, 3), *visit(2, 4)])
    second, first = store.recordings(Query())
    assert [first.recording, second.recording] == [f"{1:032x}", f"{2:032x}"]
    assert (first.batches, second.batches) == (3, 4)
    assert first.events == sum(b.events for b in visit(1, 3))
    assert (second.first, second.last) == (1_000_200, 1_000_203)
    assert second.size == sum(len(b.frame) for b in visit(2, 4))


def test_pages_of_the_list_hold_every_recording_once_even_where_times_are_equal(store: Store) -> None:
    store.append([batch(recording=f"{k:032x}", received=7) for k in range(11)])
    seen, before = [], None
    while page := store.recordings(Query(before=before, limit=4)):
        seen += [r.recording for r in page]
        before = (page[-1].last, page[-1].recording)
    assert seen == [f"{k:032x}" for k in reversed(range(11))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(recording=f"{2:032x}"), [2]),
        (Query(since=1_000_200), [3, 2]),
        (Query(until=1_000_200), [1]),
        (Query(first=(1_000_200, 1_000_300)), [2]),
        (Query(label="bot"), [3]),
        (Query(min_events=1, label="human"), [1]),
        (Query(site="nobody"), []),
    ],
)
def test_the_list_can_be_filtered(store: Store, query: Query, expected: list[int]) -> None:
    store.append([replace(b, events=k) for k in (1, 2, 3) for b in visit(k, 1)])
    store.put_verdict(verdict(f"{1:032x}", "human"))
    store.put_verdict(verdict(f"{3:032x}", "bot"))
    assert [r.recording for r in store.recordings(query)] == [f"{k:032x}" for k in expected]


def test_the_last_verdict_stands_in_the_list(store: Store) -> None:
    store.append([EXAMPLE])
    assert store.recordings(Query())[0].verdict is None
    store.put_verdict(verdict(EXAMPLE.recording, "human"))
    store.put_verdict(verdict(EXAMPLE.recording, "bot", batches=2))
    assert store.recordings(Query())[0].verdict == verdict(EXAMPLE.recording, "bot", batches=2)


def test_missing_sequences_are_reported_as_gaps(store: Store) -> None:
    store.append([batch(sequence=k) for k in (1, 2, 6)] + [batch(view="ff" * 8, sequence=0)])
    assert store.gaps("demo", EXAMPLE.recording) == [Gap(EXAMPLE.view, 0, 0), Gap(EXAMPLE.view, 3, 5)]


def test_an_erased_recording_leaves_nothing_and_does_not_come_back(store: Store, reopen: Callable[[], Store]) -> None:
    store.append([EXAMPLE, replace(EXAMPLE, sequence=1)])
    store.put_verdict(verdict(EXAMPLE.recording))
    store.bury([Letter(1, "truncated", b"half a frame", EXAMPLE.recording)])
    assert store.erase("demo", EXAMPLE.recording) == 2
    store.put_verdict(verdict(EXAMPLE.recording))  # computed while it was erased
    assert store.append([replace(EXAMPLE, sequence=2)]) == [Ack.ERASED]
    assert reopen().counts() == Counts(0, 0, 0, 0, 0)


def test_what_was_erased_is_known_until_it_is_forgotten(store: Store) -> None:
    store.append([EXAMPLE])
    store.erase("demo", EXAMPLE.recording)
    [gone] = store.erased()
    assert (gone.site, gone.recording) == ("demo", EXAMPLE.recording)
    assert store.erased(gone.at) == [gone]
    assert store.erased(gone.at + 1) == []
    assert store.forget_erased(gone.at) == 0
    assert store.forget_erased(gone.at + 1) == 1
    assert store.erased() == []
    assert store.append([EXAMPLE]) == [Ack.STORED]


def test_erasing_what_is_not_there_erases_nothing(store: Store) -> None:
    assert store.erase("demo", EXAMPLE.recording) == 0


def record(name: str = "a", **changes: object) -> Record:
    return replace(Record("label", "demo", name, 5, b"human"), **changes)  # type: ignore[arg-type]


def test_a_document_is_found_by_kind_site_and_name_and_replaced_by_the_next(
    store: Store, reopen: Callable[[], Store]
) -> None:
    assert store.put_record(record("b", made=7))
    assert store.put_record(record("a", made=9))
    assert store.put_record(record("a", document=b"bot"))
    assert store.put_record(record("a", site="other"))
    assert store.put_record(record("a", kind="key"))
    again = reopen()
    assert again.records("label", "demo") == [record("a", document=b"bot"), record("b", made=7)]
    assert again.records("label", name="a") == [record("a", document=b"bot"), record("a", site="other")]
    assert again.records("nothing") == []


def test_of_many_that_want_a_new_document_one_gets_it(store: Store) -> None:
    won: list[int] = []

    def want(k: int) -> None:
        if store.put_record(record("token", made=k), new=True):
            won.append(k)

    threads = [threading.Thread(target=want, args=(k,)) for k in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [r.made for r in store.records("label")] == won
    assert len(won) == 1


def test_documents_are_dropped_and_expire(store: Store) -> None:
    for k in range(5):
        store.put_record(record(str(k), made=k))
    assert (store.drop_record("label", "demo", "4"), store.drop_record("label", "demo", "4")) == (True, False)
    assert store.expire_records("label", before=2) == 2
    assert [r.name for r in store.records("label")] == ["2", "3"]


def test_a_document_about_a_recording_goes_with_it_and_does_not_come_back(store: Store) -> None:
    store.append([EXAMPLE])
    about, beside = record(recording=EXAMPLE.recording), record("b")
    other = record(site="other", recording=EXAMPLE.recording)
    assert all([store.put_record(about), store.put_record(beside), store.put_record(other)])
    assert store.records("label", recording=EXAMPLE.recording) == [about, other]
    store.erase("demo", EXAMPLE.recording)
    assert not store.put_record(about)
    assert store.records("label") == [beside, other]


def test_poison_frames_end_after_a_time(store: Store) -> None:
    store.bury([Letter(received, "no frame", b"rubbish") for received in (10, 20, 30)])
    assert store.expire_letters(30) == 2
    assert [letter.received for letter in store.letters()] == [30]


def test_only_the_newest_poison_frames_are_kept_and_only_their_beginning(store: Store) -> None:
    store.bury([Letter(k, f"reason {k}", b"x" * 100_000) for k in range(400)])
    store.bury([Letter(k, f"reason {k}", b"y") for k in range(400, 700)])
    letters = store.letters(limit=1000)
    assert [n.received for n in letters] == list(range(699, 199, -1))
    assert len(letters[-1].frame) == 65536
    assert store.counts().letters == 500


def test_groups_from_several_threads_are_all_kept(store: Store) -> None:
    groups = [visit(k, 20) for k in range(1, 9)]
    threads = [threading.Thread(target=lambda group=group: [store.append([b]) for b in group]) for group in groups]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.counts().batches == 160
    assert all(len(store.batches("demo", group[0].recording)) == 20 for group in groups)
    store.check()


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.append([EXAMPLE])


def test_a_reader_sees_what_is_committed_beside_the_writer_and_cannot_write(url: str, store: Store) -> None:
    store.append([EXAMPLE])
    reader = open_store(url, readonly=True)
    assert reader.batches("demo", EXAMPLE.recording) == [EXAMPLE]
    store.append([replace(EXAMPLE, sequence=1)])
    assert reader.counts().batches == 2
    with pytest.raises(StoreError, match="for reading only"):
        reader.append([EXAMPLE])
    reader.close()


def test_a_second_server_on_one_file_is_refused_and_told_why(url: str, store: Store) -> None:
    if url.startswith("postgresql:"):
        other = open_store(url)  # a database is there to be shared
        assert other.append([EXAMPLE]) == [Ack.STORED]
        assert store.append([EXAMPLE]) == [Ack.AGAIN]
        other.close()
        return
    with pytest.raises(StoreError, match="in use by another musculus server"):
        open_store(url)
    store.close()
    open_store(url).close()


@pytest.mark.parametrize("wrong", ["musculus.db", "sqlite:/musculus.db", "sqlite://musculus.db", "sqlite:///"])
def test_a_wrong_url_is_refused_with_an_example(wrong: str) -> None:
    with pytest.raises(StoreError, match="write sqlite:"):
        open_store(wrong)


def test_an_unknown_kind_of_store_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="Known: postgresql, sqlite"):
        open_store("mysql://somewhere/db")
