"""The embedded model: its weights, its server on loopback, its embeddings."""
