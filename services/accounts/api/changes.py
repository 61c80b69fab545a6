"""Changes of name and of mailing address, their history, and the nightly file for data processing."""

from typing import Annotated

from fastapi import Path

from services.accounts import commands, views
from services.accounts.api.roles import DESK
from services.accounts.commands.forms import AddressChangeForm, NameChangeForm
from services.accounts.views import AddressHistory, DataProcessingFile, DataProcessingFileLine, NameHistory
from shared.auth import Role, permission
from shared.http import CSV, Door, IfMatch, Page, PageQuery, Paper, ReadTx, WriteTx
from shared.ids import AccountId, PersonId

door = Door()

READ_CHANGES = permission("accounts.read-changes", *DESK, Role.BILLING)
CHANGE_ACCOUNTS = permission("accounts.change", *DESK)
READ_DATA_PROCESSING = permission("data-processing.read", *DESK, Role.BILLING, Role.SERVICE)

FileNumber = Annotated[int, Path(ge=1, lt=2**63)]


@door.post("/people/{person_id}/name-changes", needs=CHANGE_ACCOUNTS, status_code=201, idempotent=True)
async def post_name_change(tx: WriteTx, person_id: PersonId, body: NameChangeForm) -> NameHistory:
    """Record that a person has another name, with its evidence; all accounts that she holds are told."""
    await commands.change_names(tx, {person_id: body})
    return await views.find_name_history(tx, person_id)


@door.get("/people/{person_id}/name-changes", needs=READ_CHANGES)
async def list_name_changes(tx: ReadTx, person_id: PersonId) -> NameHistory:
    """All names that a person had, has and will have, with their evidence."""
    return await views.find_name_history(tx, person_id)


@door.post("/accounts/{account_id}/address-changes", needs=CHANGE_ACCOUNTS, status_code=201, idempotent=True)
async def post_address_change(
    tx: WriteTx, account_id: AccountId, body: AddressChangeForm, expected: IfMatch
) -> AddressHistory:
    """Record that bills go to another address from a day on; the next file for data processing has it."""
    await commands.change_addresses(tx, {account_id: body}, {account_id: expected})
    return await views.find_address_history(tx, account_id)


@door.get("/accounts/{account_id}/address-changes", needs=READ_CHANGES)
async def list_address_changes(tx: ReadTx, account_id: AccountId) -> AddressHistory:
    """All mailing addresses that an account had, has and will have, with their evidence."""
    return await views.find_address_history(tx, account_id)


@door.get("/data-processing-files", needs=READ_DATA_PROCESSING)
async def list_data_processing_files(tx: ReadTx, page: PageQuery) -> Page[DataProcessingFileLine]:
    """The nightly files, the first one first. A night without a change makes no file."""
    return await views.list_data_processing_files(tx, page)


@door.get("/data-processing-files/{file_number}", needs=READ_DATA_PROCESSING)
async def get_data_processing_file(tx: ReadTx, file_number: FileNumber) -> DataProcessingFile:
    """One nightly file: when it was made, how many lines it has, its digest and its text."""
    return await views.find_data_processing_file(tx, file_number)


@door.get("/data-processing-files/{file_number}/csv", needs=READ_DATA_PROCESSING, media_types=(CSV,))
async def download_data_processing_file(tx: ReadTx, file_number: FileNumber) -> Paper:
    """One nightly file to download, the same byte for byte whenever it is asked for."""
    file = await views.find_data_processing_file(tx, file_number)
    return Paper(CSV, "en", f"address-changes-{file_number}.csv", file.csv.encode)
