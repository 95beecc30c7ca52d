"""Claude: the Messages API of Anthropic, and the same over the clouds that serve it."""
