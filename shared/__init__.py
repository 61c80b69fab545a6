"""The plinth: what all five towers stand on, and nothing that any one of them owns."""
