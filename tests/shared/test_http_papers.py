"""A view may answer with a paper: drawn off the loop, documented by its media types, and not sent twice."""

import asyncio
from dataclasses import replace
from threading import current_thread, main_thread
from typing import Literal

import pytest

from shared.auth import Role, permission
from shared.http import HTML, PDF, Door, Paper, openapi_of
from tests.rooms import Rooms, ServiceFactory
from tests.shared.desk import tower

READ = permission("posters.read", Role.CSR)
door = Door()
drawn_by: list[str] = []


@door.get("/posters/{name}", needs=READ, media_types=(PDF, HTML))
async def get_poster(name: str, form: Literal["pdf", "html"] = "pdf") -> Paper:
    """A poster."""
    await asyncio.sleep(0)

    def draw() -> bytes:
        assert current_thread() is not main_thread()
        drawn_by.append(current_thread().name)
        return f"{name} as {form}".encode()

    if form == "pdf":
        return Paper(PDF, "en", "poster.pdf", draw)
    return Paper(HTML, "es", "poster.html", draw, "default-src 'none'; style-src 'sha256-x'")


@pytest.fixture
async def rooms(service: ServiceFactory) -> Rooms:
    return await service(replace(tower, door=Door().include(tower.door, door)))


async def test_rosa_gets_a_poster_as_pdf_and_as_a_page(rooms: Rooms) -> None:
    rosa = rooms.http("csr")
    pdf = await rosa.get("/posters/main")
    assert (pdf.status_code, pdf.content, pdf.headers["content-type"]) == (200, b"main as pdf", "application/pdf")
    assert pdf.headers["content-disposition"] == 'inline; filename="poster.pdf"'
    assert pdf.headers["content-language"] == "en"
    assert pdf.headers["cache-control"] == "private, no-cache"
    assert pdf.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    page = await rosa.get("/posters/main", params={"form": "html"})
    assert (page.text, page.headers["content-type"]) == ("main as html", "text/html; charset=utf-8")
    assert page.headers.get_list("content-security-policy") == ["default-src 'none'; style-src 'sha256-x'"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert all(name.startswith("pencil") for name in drawn_by)


async def test_a_poster_that_she_has_is_not_sent_again(rooms: Rooms) -> None:
    rosa = rooms.http("csr")
    etag = (await rosa.get("/posters/main")).headers["etag"]
    again = await rosa.get("/posters/main", headers={"If-None-Match": f'"other",W/{etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert (await rosa.get("/posters/else", headers={"If-None-Match": etag})).status_code == 200


async def test_a_poster_is_closed_to_those_its_permission_does_not_name(rooms: Rooms) -> None:
    refused = await rooms.http("cashier").get("/posters/main")
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
    wrong = await rooms.http("csr").get("/posters/main", params={"form": "png"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "form")


def test_the_document_names_its_media_types() -> None:
    said = openapi_of(replace(tower, door=door))["paths"]["/v1/posters/{name}"]["get"]["responses"]
    assert set(said["200"]["content"]) == {PDF, HTML}
    assert "304" in said
    assert "content" not in said["304"]
