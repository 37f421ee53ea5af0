"""The whole system as an operator runs it: real processes, real models, real disks."""
