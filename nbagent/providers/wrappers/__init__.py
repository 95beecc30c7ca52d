"""Providers around a provider: what holds for all of them (retry, fallback, limits, tools as text, old files)."""
