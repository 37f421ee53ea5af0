"""How fast Roland answers on the telephone, and how many callers at once; beside two lines without a dialogue.

callers (a process of its own) ──SIP, sound──► roland serve | a line that plays one sentence ──► turns ──► figures
                                                      └── its log: which turns the dialogue answered ──┘
"""
