"""The operator's hand: `curbstop …` speaks HTTP to the five services, and starts the town."""
