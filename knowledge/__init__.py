"""The catalogue of public services: importing, finding and answering from it."""
