"""How fast Roland is, beside a plain Rasa bot on the same machine in the same run.

talks ──► load (a process of its own) ──► roland serve | Rasa's webhook ──► figures
synthetic catalogue ──► index (a process for every size) ──────────────────► figures ──► report
"""
