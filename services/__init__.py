"""The five towers. They never import each other; they meet in shared.events."""
