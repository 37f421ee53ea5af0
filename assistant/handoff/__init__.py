"""From the assistant to a person: waiting, answering, giving back."""
