"""A recogniser's model: what one is, how well it hears, and one to test with, made from synthetic speech.

    sentences ─► corpus ─► espeak ─► telephone ─► features ─► network ─► nnet3 ┐
                    │         └────► lexicon ───────────────────────► graph ──┼─► a model folder of Vosk
                    └──────────────► ngrams ──────────────────────────┘       ┘

The test model knows the synthesiser's voices and nothing else: it makes whole calls testable, and is not for callers.
``build`` walks the way above, ``folder`` tells what a model folder is, ``measure`` compares what it hears with what was
said.
"""
