"""Real calls to Roland, made and watched by programs.

``softphone`` is a telephone that calls a running line by SIP, ``mouth`` gives it something to say, ``recording`` keeps
what it heard with the times, and ``ear`` turns that back into words; ``story`` is a whole call, ``show`` lets people
watch it.
"""
