"""LLM agents in notebooks."""
