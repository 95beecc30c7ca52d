"""What carries a request to a server and its answer back: HTTP, framings, sign-in, how a stream fails, what goes back. No adapter's words."""
