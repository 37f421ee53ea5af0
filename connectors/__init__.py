"""Adapters to the systems around Roland: telephony, agent desks, appointments, tickets."""
