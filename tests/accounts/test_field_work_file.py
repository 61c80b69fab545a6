"""A crew's day as a CSV file: what `curbstop publish` reads of it, accounts takes; a bad line is told and left."""

from cli.lines import Line
from cli.reading import Refused, facts_in
from shared.events import Fact
from shared.events.inbound import FieldResult
from tests.accounts.conftest import Post, a_meter, a_service, an_account, kinds, opened
from tests.accounts.test_field_work_api import asked_for, sent_out
from tests.rooms import Rooms

HEADER = (
    "order_id,outcome,at,crew,reading,reason_code,new_meter_serial,new_meter_size,new_meter_dials,new_meter_unit,"
    "new_meter_reading,as_found_error_hundredths"
)
AT = "2026-03-02T10:00:00-05:00"


async def test_a_crews_day_as_a_file(rooms: Rooms, post: Post) -> None:
    [maria] = await opened(post)
    [wei] = await opened(
        post, an_account("Wei Chen", premise={"street_address": "3 Elm"}, services=[a_service(meter=a_meter("W-1"))])
    )
    exchange, test, check = (
        await asked_for(post, "meter_exchange", maria),
        await asked_for(post, "meter_test", wei),
        await asked_for(post, "leak_check", wei),
    )
    for order in (exchange, test, check):
        await sent_out(post, order)
    lines = [
        HEADER,
        f"{exchange['order_id']},completed,{AT},Crew 7,5100,,N-1,5/8,5,hcf,3,",
        f"{test['order_id']},completed,{AT},Crew 7,,,,,,,,215",
        f"{check['order_id']},completed,yesterday,Crew 7,,,,,,,,",
        f"{check['order_id']},could_not_complete,{AT},Crew 7,,no_access,,,,,,",
    ]
    read = facts_in((Line(number, text) for number, text in enumerate(lines, start=1)), FieldResult, "utf-8")
    taken = [one for _, one in read]
    told = [one for one in taken if isinstance(one, Fact)]
    [refused] = [one for many in taken if isinstance(many, list) for one in many]
    assert isinstance(refused, Refused)
    assert (refused.line, refused.field, bool(refused.remedy)) == (4, "at", True)
    await rooms.news()
    await rooms.tell(*told)
    said = kinds(await rooms.news())
    assert sorted(said) == [
        "FieldWorkProgressed", "FieldWorkProgressed", "FieldWorkProgressed", "MeterExchanged", "MeterTested",
    ]  # fmt: skip
