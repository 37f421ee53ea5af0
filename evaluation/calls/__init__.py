"""Calls to Roland, simulated and real.

Simulated: ``run`` lets callers hold the scenario files by telephone, in text whose words are misheard, and ``measures``
tells how many are solved. Real: ``softphone`` is a telephone that calls a running line by SIP, ``mouth`` gives it
something to say, ``recording`` keeps what it heard with the times, and ``ear`` turns that back into words.
"""
