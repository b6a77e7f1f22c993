"""Next items on MovieLens-1M beside equally tuned models of other packages.

    python benchmarks/ml_1m_leave_last_out.py DATA [--trials N] [--peers a,b,c] [--ours ...]

DATA is the whole set of 6,040 users and 1,000,209 ratings, each of which counts as an event. Users
rated many films within one second, so that many events tie: ``--shuffle-ties`` says what is left
where their order is chance. Published figures differ in how they order ties.
"""

from leave_last_out import compare
from leave_last_out_table import Published

GOLD = (
    "Klenitskiy and Vasilev, Turning dross into gold loss, RecSys 2023: README of the paper's "
    "repository, table of MovieLens-1M"
)
GSASREC = "Petrov and Macdonald, gSASRec, RecSys 2023: README of the paper's repository"
ESASREC = (
    "Tikhonovich et al., eSASRec, RecSys 2025: README of blondered/transformer_benchmark, "
    "preliminary study, table of the MovieLens datasets"
)

PUBLISHED = (
    Published("SASRec, one negative", 0.2500, 0.1341, GOLD),
    Published("BERT4Rec", 0.2843, 0.1537, GOLD),
    Published("SASRec+ (cross-entropy)", 0.3152, 0.1821, GOLD),
    Published("SASRec+ (3000 negatives)", 0.3159, 0.1857, GOLD),
    Published("gSASRec", 0.3003, 0.1726, GSASREC),
    Published("SASRec with sampled softmax", 0.2929, 0.1684, ESASREC),
    Published("HSTU, run by eSASRec's authors", 0.3037, 0.1719, ESASREC),
    Published("eSASRec", 0.3133, 0.1772, ESASREC),
    Published("FuXi-alpha, run by eSASRec's authors", 0.3164, 0.1813, ESASREC),
)

if __name__ == "__main__":
    compare(__doc__, PUBLISHED)
