"""Quality of the two towers on the next item and on new items, beside other models.

    python benchmarks/two_tower.py DATA_DIR [--new FOLDER KNOWLEDGE_FILE] [--settings JSON]

Each user's last item is held out and ranked among the whole catalog, less what the user has met.
With ``--new`` a fifth of that folder's items loses all its interactions, and is ranked among
itself. Inside the training data the last events of some users choose when training ends; no test
event is looked at. Printed are NDCG@10, HR@10 and the processor seconds of each model with default
settings, NDCG@20 on new items, and the learning curve.
"""

from beside_others import compare

if __name__ == "__main__":
    compare("two_tower", __doc__)
