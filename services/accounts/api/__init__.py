"""Door 1: what people ask of accounts, and who may ask it; one file a noun."""

from services.accounts.api import accounts, changes, decisions, orders, protections, rates
from shared.http import Door

door = Door().include(accounts.door, changes.door, decisions.door, orders.door, protections.door, rates.door)
