"""The company's own logo at the top of the customers' pages."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from otklik.foundation.actors import Role
from otklik.foundation.models import HousePicture, StoredFile
from tests.building import make_agent
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind)
    return SimpleUploadedFile(f"logo.{kind.lower()}", target.getvalue(), f"image/{kind.lower()}")


@pytest.fixture
def admin() -> Client:
    return desk(make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_stands_on_every_page_and_in_the_manifest(admin: Client, client: Client, kind: str) -> None:
    assert client.get("/logo.png").status_code == 404

    answer = admin.post("/desk/settings/company/logo", {"logo": picture(kind)})

    url = f"/logo.png?{StoredFile.objects.get().pk}"
    shown = client.get(url)
    assert answer.status_code == 302
    assert Image.open(io.BytesIO(shown.content)).size == (512, 171)
    assert shown["Content-Type"] == "image/png"
    assert f'src="{url}"' in client.get("/").text
    assert f'src="{url}"' in client.get("/no-such-page/").text
    assert f'src="{url}"' in admin.get("/desk/settings/company").text
    assert client.get("/manifest.webmanifest").json()["icons"][0]["src"] == url


def test_a_former_logo_is_forgotten_and_an_empty_form_takes_it_away(admin: Client, client: Client) -> None:
    admin.post("/desk/settings/company/logo", {"logo": picture()})
    admin.post("/desk/settings/company/logo", {"logo": picture(size=(64, 64))})
    assert StoredFile.objects.count() == 1

    admin.post("/desk/settings/company/logo", {})

    assert not HousePicture.objects.exists()
    assert not StoredFile.objects.exists()
    assert "/logo.png" not in client.get("/").text


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a broken", b"x" * 5_000_001])
def test_what_is_no_picture_is_refused_at_its_field(admin: Client, content: bytes) -> None:
    answer = admin.post("/desk/settings/company/logo", {"logo": SimpleUploadedFile("logo.svg", content)})

    assert answer.status_code == 422
    assert "id_logo_error" in answer.text or "aria-invalid" in answer.text
    assert not HousePicture.objects.exists()


def test_an_agent_changes_no_logo() -> None:
    assert desk().post("/desk/settings/company/logo", {"logo": picture()}).status_code == 403
