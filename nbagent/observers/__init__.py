"""What only looks: observers of the event stream."""
