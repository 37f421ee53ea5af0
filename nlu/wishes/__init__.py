"""What people wish for while Roland leads them through a form; trained from the sentences in ``data``."""

from nlu.wishes.reader import TrainedWishReader

__all__ = ["TrainedWishReader"]
