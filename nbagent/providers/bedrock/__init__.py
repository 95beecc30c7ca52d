"""Models of Amazon Bedrock by the Converse API."""
