import pytest
from django.template.loader import get_template
from django.utils import translation


@pytest.mark.parametrize(
    ("name", "heading"), [("500.html", "Something broke on our side"), ("503.html", "We are away for a short while")]
)
def test_a_page_for_bad_times_needs_nothing_and_speaks_both_languages(name: str, heading: str) -> None:
    with translation.override("en"):
        html = get_template(name).render()

    assert f"<h1>{heading}</h1>" in html
    assert '<div class="problem" lang="ru"><h2>' in html
    assert "<script" not in html
    assert "<form" not in html
    assert "sprite.svg#" in html
