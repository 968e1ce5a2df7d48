"""Searching jobs and contractors by words."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as some

from contractors.models import Contractor
from jobs.models import Job
from mintenance.search.models import SearchWord
from mintenance.search.words import corrected, forget_unused_words, slips
from tests import cast
from tests.cast import Rest, Who

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Who:
    return cast.homeowner()


@pytest.fixture
def found(rest: Rest) -> Any:
    """Titles of the jobs and names of the contractors that a search finds, in their order."""

    def find(q: str, by: Who = cast.STRANGER, **more: str) -> list[str]:
        query = "&".join([f"q={q}", *(f"{name}={value}" for name, value in more.items())])
        answer = rest.get(f"search?{query}", by=by)
        assert answer.status_code == 200, answer.content
        data = answer.json()["data"]
        return [*(job["title"] for job in data["jobs"]), *(one["businessName"] for one in data["contractors"])]

    return find


def profile(name: str, bio: str = "") -> Who:
    who = cast.contractor()
    Contractor.objects.filter(pk=who.id).update(business_name=name, bio=bio)
    return who


class TestFinding:
    """What is found, and in which order."""

    def test_a_title_counts_for_more_than_a_description(self, ann: Who, found: Any) -> None:
        cast.job_of(ann, title="Paint the hall", description="The boiler stands there.")
        cast.job_of(ann, title="Mend a boiler", description="It leaks.")
        assert found("boiler") == ["Mend a boiler", "Paint the hall"]

    def test_it_looks_in_both_and_in_other_forms_of_a_word(self, ann: Who, found: Any) -> None:
        cast.job_of(ann, title="Painting a fence")
        profile("Smith Painters", "We painted half the town.")
        assert found("paints") == ["Painting a fence", "Smith Painters"]
        assert found("paints", type="jobs") == ["Painting a fence"]
        assert found("paints", type="contractors") == ["Smith Painters"]

    def test_quotes_or_and_not_mean_what_they_mean_on_the_web(self, ann: Who, found: Any) -> None:
        cast.job_of(ann, title="Kitchen tap drips", description="Cold only.")
        cast.job_of(ann, title="Tap in the kitchen", description="Hot only.")
        assert set(found('"kitchen tap"')) == {"Kitchen tap drips"}
        assert set(found("kitchen -drips")) == {"Tap in the kitchen"}
        assert len(found("drips or hot")) == 2

    def test_addresses_are_not_searched(self, ann: Who, found: Any) -> None:
        cast.job_of(ann, location={"lat": 51.5, "lng": -0.1, "address": "7 Zanzibar Terrace"})
        assert found("zanzibar", by=ann) == []

    def test_only_what_the_caller_may_see(self, ann: Who, found: Any, rest: Rest) -> None:
        cast.job_of(ann, title="A secret draft", status="draft")
        assert found("secret") == found("secret", by=cast.contractor()) == []
        assert found("secret", by=ann) == ["A secret draft"]
        assert found("secret", by=cast.staff()) == ["A secret draft"]

    def test_the_same_filters_as_the_lists(self, ann: Who, found: Any) -> None:
        cast.job_of(ann, title="Tap in a bath", category="plumbing")
        cast.job_of(ann, title="Tap for paint", category="painting", budget=900)
        assert found("tap", category="painting") == ["Tap for paint"]
        assert found("tap", maxBudget="500") == ["Tap in a bath"]
        assert found("tap", lat="51.5", lng="-0.14", radius="5", type="jobs") != []
        assert found("tap", lat="10", lng="10", radius="5", type="jobs") == []

    def test_pages_and_counts(self, ann: Who, rest: Rest) -> None:
        for number in range(5):
            cast.job_of(ann, title=f"Tap number {number}", category="plumbing" if number else "hvac")
        cast.job_of(ann, title="Tap that waits", status="draft")
        pages = [rest.get(f"search?q=tap&limit=2&page={page}", by=ann).json() for page in (1, 2, 3, 4)]
        titles = [job["title"] for page in pages for job in page["data"]["jobs"]]
        assert len(titles) == len(set(titles)) == 6
        for page in pages:
            assert page["meta"]["totalCount"] == 6
            assert page["meta"]["facets"] == {
                "category": {"plumbing": 5, "hvac": 1},
                "status": {"posted": 5, "draft": 1},
            }

    @pytest.mark.parametrize(
        "query",
        ["", "q=", "q=%20", "q=%22%27%3A", "q=tap&type=bids", "q=tap&page=0", "q=tap&limit=101", "q=tap&cursor=", "q=tap&sort=budget",
         f"q={'x' * 201}", "q=tap&q=top", "q=tap&radius=5", "q=tap&status=open", "q=%00"],
    )  # fmt: skip
    def test_what_makes_no_sense_is_a_400(self, rest: Rest, query: str) -> None:
        answer = rest.get(f"search?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter"), answer.content

    @pytest.mark.parametrize(
        "q", ["tap'); DROP TABLE jobs_job; --", "a & | ! ( b", "%%%s tap", "tap:*", "\\ tap", "ta\ue000p"]
    )
    def test_odd_words_do_no_harm(self, rest: Rest, q: str) -> None:
        answer = rest.client.get("/api/v2/search", {"q": q}, headers={"host": "testserver"})
        assert answer.status_code == 200


class TestMarks:
    """Where the words were found, safe to show."""

    def highlights(self, rest: Rest, q: str) -> Any:
        return rest.get(f"search?q={q}&type=jobs").json()["data"]["jobs"][0]["highlights"]

    def test_what_was_found_is_marked(self, ann: Who, rest: Rest) -> None:
        cast.job_of(ann, title="Mend the taps", description="One tap drips.")
        assert self.highlights(rest, "tap") == {
            "title": "Mend the <mark>taps</mark>",
            "description": "One <mark>tap</mark> drips.",
        }

    def test_fields_without_a_find_are_left_out(self, ann: Who, rest: Rest) -> None:
        cast.job_of(ann, title="Mend the taps", description="It drips.")
        assert set(self.highlights(rest, "taps")) == {"title"}

    def test_everything_but_the_marks_is_escaped(self, ann: Who, rest: Rest) -> None:
        cast.job_of(ann, title="""A <b>tap</b> & "co" 'x' <mark>""", description="<img src=x onerror=alert(1)> tap")
        found = self.highlights(rest, "tap")
        for html in found.values():
            rest_of_it = html.replace("<mark>", "").replace("</mark>", "")
            assert not set(rest_of_it) & set("<>\"'"), html
        assert "<mark>tap</mark>" in found["title"]
        assert "&lt;mark&gt;" in found["title"]

    def test_the_characters_that_stand_for_tags_cannot_be_smuggled_in(self, ann: Who, rest: Rest) -> None:
        cast.job_of(ann, title="A \ue000tap\ue001 and \ue000more")
        assert self.highlights(rest, "tap")["title"] == "A <mark>tap</mark> and more"


class TestTypos:
    """A slip in a word of five letters or more is forgiven."""

    @pytest.mark.parametrize(
        "typed", ["tyles", "tlies", "tils", "tile", "ttiles", "tiels", "itles", "diles", "tilex", "TYLES"]
    )
    def test_five_letters(self, ann: Who, found: Any, typed: str) -> None:
        cast.job_of(ann, title="Lay new tiles", description="In the bath.")
        assert found(typed) == ["Lay new tiles"]

    @pytest.mark.parametrize("typed", ["electrcian", "elektrizian", "radaitor leaks", "leaks radiatr"])
    def test_longer_ones(self, ann: Who, found: Any, typed: str) -> None:
        cast.job_of(ann, title="Electrician wanted", description="A radiator leaks onto the socket.")
        assert found(typed) == ["Electrician wanted"]

    def test_contractors_too(self, found: Any) -> None:
        profile("Plumb Brothers", "Everything about drainage.")
        assert found("drainge") == ["Plumb Brothers"]

    def test_it_says_what_was_searched_for(self, ann: Who, rest: Rest) -> None:
        cast.job_of(ann, title="Lay new tiles")
        meta = rest.get("search?q=%22new+tyles%22").json()["meta"]
        assert (meta["query"], meta["totalCount"]) == ('"new tiles"', 1)

    def test_words_that_are_known_stay_as_they_are(self, ann: Who) -> None:
        cast.job_of(ann, title="Mend a boiler", description="Boiled once, the broiler too.")
        assert corrected("boilers broiler the with") == "boilers broiler the with"

    def test_what_is_near_nothing_stays(self, ann: Who, found: Any) -> None:
        cast.job_of(ann, title="Lay new tiles")
        assert corrected("zzzzzz") == "zzzzzz"
        assert found("zzzzzz") == []

    def test_drafts_lend_no_words(self, ann: Who) -> None:
        cast.job_of(ann, title="A quixotic plan", status="draft")
        assert not SearchWord.objects.filter(word="quixotic").exists()

    def test_words_that_nobody_uses_any_more_are_forgotten(self, ann: Who) -> None:
        job = cast.job_of(ann, title="A quixotic plan", description="For the kitchen.")
        assert SearchWord.objects.filter(word="quixotic").exists()
        Job.objects.filter(pk=job.pk).update(title="Some other plan")
        assert forget_unused_words() == 1
        assert set(SearchWord.objects.values_list("word", flat=True)) >= {"plan", "kitchen"}
        assert not SearchWord.objects.filter(word="quixotic").exists()

    @given(some.text("abc", max_size=7), some.text("abc", max_size=7))
    def test_slips_are_a_distance(self, one: str, other: str) -> None:
        assert slips(one, other) == slips(other, one)
        assert (slips(one, other) == 0) == (one == other)
        assert abs(len(one) - len(other)) <= slips(one, other) <= max(len(one), len(other))


def test_its_queries_are_few_and_do_not_grow(ann: Who, rest: Rest, django_assert_num_queries: Any) -> None:
    for number in range(12):
        cast.job_of(ann, title=f"Tap number {number}")
        profile(f"Tap {number} Ltd")
    rest.get("search?q=taps&limit=1")
    for limit in (1, 10):
        with django_assert_num_queries(5):
            rest.get(f"search?q=taps&limit={limit}")


def test_the_full_text_index_serves_it(ann: Who, rest: Rest) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM jobs_job WHERE search @@ websearch_to_tsquery('english', 'tap')")
        assert "job_search" in str(cursor.fetchall())
        cursor.execute("EXPLAIN SELECT word FROM mintenance_searchword ORDER BY word <-> 'tyles' LIMIT 20")
        assert "search_word_near" in str(cursor.fetchall())
