"""Accounts: who lives where and takes which service, and every order that a crew was given."""
