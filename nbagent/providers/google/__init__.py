"""Gemini: generateContent of the Gemini API, and the same on Vertex AI."""
