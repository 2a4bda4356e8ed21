"""What umap-learn makes of the subnets of testing.ts: the golden numbers of the tests in this folder.

pip install umap-learn==0.5.12 scikit-learn==1.9.1
"""
import numpy as np
from sklearn.manifold import trustworthiness
from umap import UMAP
from umap.umap_ import find_ab_params, fuzzy_simplicial_set

MINERS, VALIDATORS, GROUPS = 200, 20, 5


def park_miller(seed):
    while True:
        seed = seed * 16807 % 2147483647
        yield seed / 2147483647


def blobs(seed):
    random = park_miller(seed)
    likings = [[next(random) for _ in range(GROUPS)] for _ in range(VALIDATORS)]
    return [
        [int(65535 * liking[miner % GROUPS] * (0.75 + 0.25 * next(random))) for miner in range(MINERS)]
        for liking in likings
    ]


def band(seed):
    random = park_miller(seed)
    places = [(next(random), 0.2 * next(random)) for _ in range(MINERS)]
    return [
        [
            int(65535 / (1 + 20 * ((along - uid / (VALIDATORS - 1)) ** 2 + (across - (uid % 2) * 0.2) ** 2)))
            for along, across in places
        ]
        for uid in range(VALIDATORS)
    ]


def features(rows):
    rows = np.array(rows, dtype=float)
    return np.sqrt(rows / rows.sum(axis=1, keepdims=True)).T


print("a, b:", find_ab_params(1.0, 0.1), find_ab_params(1.0, 0.5), find_ab_params(1.0, 0.0))
graph = fuzzy_simplicial_set(features(blobs(1)), 15, np.random.RandomState(0), "euclidean")[0].tocoo()
print("edges:", graph.nnz, "sum:", graph.data.sum(), "to the first:", graph.getrow(0).sum())
for make in (blobs, band):
    for seed in (1, 2, 3):
        data = features(make(seed))
        scores = [
            trustworthiness(data, UMAP(n_neighbors=15, min_dist=0.1, random_state=s).fit_transform(data), n_neighbors=10)
            for s in range(3)
        ]
        print(make.__name__, seed, "trustworthiness (k=10):", np.round(scores, 4))
