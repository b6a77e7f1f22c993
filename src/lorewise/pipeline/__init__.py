"""The stages fitted and joined into a recommender, and measured."""
