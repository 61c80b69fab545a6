"""The door answers what was declared: read, written once, in pages, with versions, and says every no in plain words."""

from uuid import UUID, uuid4

from tests.rooms import ServiceFactory
from tests.shared.desk import tower


async def test_carl_writes_a_note_and_rosa_reads_it_at_once(service: ServiceFactory) -> None:
    rooms = await service(tower)
    carl, rosa = rooms.http("cashier"), rooms.http("csr")
    written = await carl.post("/notes", json={"title": "first"}, headers={"Idempotency-Key": "a"})
    assert written.status_code == 201, written.text
    assert written.headers["etag"] == '"1"'

    read = await rosa.get(f"/notes/{written.json()['note_id']}")
    assert read.status_code == 200
    assert read.json() == written.json()
    assert UUID(read.headers["x-request-id"])
    assert read.headers["x-content-type-options"] == "nosniff"
    assert (await rosa.get("/notes/latest")).json() == written.json()
    assert (await rosa.get(f"/notes/{uuid4()}")).status_code == 404
