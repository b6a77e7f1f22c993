"""Next items on Amazon Beauty 2014 beside equally tuned models of other packages.

    python benchmarks/amazon_leave_last_out.py DATA [--trials N] [--peers a,b,c] [--ours ...]

DATA is the 5-core set of 22,363 users and 12,101 items in the order of S3-Rec's file. Its times are
days, so that many events tie: ``--shuffle-ties`` says what is left where their order is chance.
"""

from leave_last_out import compare
from leave_last_out_table import Published

TIGER = "Rajput et al., Recommender systems with generative retrieval, NeurIPS 2023, table 1"
ESASREC = (
    "Tikhonovich et al., eSASRec, RecSys 2025: README of blondered/transformer_benchmark, "
    "preliminary study, table of the Amazon datasets"
)
ENSREC = (
    "Collins et al., Exploiting ID-text complementarity via ensembling for sequential "
    "recommendation, arXiv 2512.17820, table of main results"
)

PUBLISHED = (
    Published("SASRec as first printed for this split", 0.0605, 0.0318, TIGER),
    Published("S3-Rec", 0.0647, 0.0327, TIGER),
    Published("TIGER", 0.0648, 0.0384, TIGER),
    Published("ActionPiece, as reported", 0.0775, 0.0424, ESASREC),
    Published("HSTU, run by eSASRec's authors", 0.0788, 0.0439, ESASREC),
    Published("FuXi-alpha, run by eSASRec's authors", 0.0809, 0.0451, ESASREC),
    Published("SASRec with sampled softmax", 0.0921, 0.0531, ESASREC),
    Published("eSASRec", 0.0928, 0.0523, ESASREC),
    Published("EnsRec (ids and texts)", 0.0980, 0.0565, ENSREC),
)

if __name__ == "__main__":
    compare(__doc__, PUBLISHED)
