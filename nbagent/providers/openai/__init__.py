"""OpenAI's two APIs, Responses and Chat Completions, and the vendors that speak them."""
