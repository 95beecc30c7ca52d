"""The providers: each turns a request into events, and knows no other."""
