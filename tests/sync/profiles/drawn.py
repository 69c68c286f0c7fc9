"""Records as Hypothesis draws them: a few tills, clocks and words, so that everything collides."""

from __future__ import annotations

from hypothesis import strategies as st

from posloyalty.sync.profiles.record import Answers, Evidence, ProfileRecord, Said

TILLS = tuple(f"{n:032x}" for n in range(1, 4))
MEMBER = "ab" * 16
marks = st.tuples(st.integers(1, 4), st.integers(0, 1))
tills = st.sampled_from(TILLS)
said = st.builds(
    Said, st.lists(st.sampled_from(("a", "b", "c")), max_size=2).map(tuple), marks, tills
)
evidence = st.builds(
    Evidence,
    marks,
    tills,
    st.just("2026-11-22T14:06:05.123+08:00"),
    st.sampled_from(("1", "2")),
    st.just("en"),
    st.just("01" * 16),
    st.just("till"),
)
refusals = st.dictionaries(tills, marks, max_size=3)
answers = st.builds(
    Answers,
    refused=refusals,
    covered=refusals,
    yes=st.none() | evidence,
    no=st.none() | evidence,
)
records = st.builds(
    ProfileRecord,
    member=st.just(MEMBER),
    joined=st.sampled_from(("2026-01-01", "2026-01-02")),
    store=st.sampled_from(("S1", "S2")),
    fields=st.dictionaries(st.sampled_from(("name", "phone", "note")), said, max_size=3),
    consents=st.dictionaries(st.sampled_from(("news/sms", "news/mail")), answers, max_size=2),
    revoked=st.integers(0, 3),
)
