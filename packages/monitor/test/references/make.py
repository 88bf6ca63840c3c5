"""Makes scores.json: `python3 make.py > scores.json` with Debian 12's python3-sklearn and python3-statsmodels."""
import json
import numpy as np
import sklearn, statsmodels, scipy
from sklearn.calibration import _sigmoid_calibration, calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(20260101)
# 200 forecasts of two decimals and a half, none on the edge of a bin; the truth is flatter than they are.
p = np.round(rng.beta(2, 2, 200), 2) + 0.005
y = (rng.random(200) < 0.5 + 0.5 * (p - 0.5)).astype(int)
# Scores with ties, for the maps.
x = np.round(rng.random(120), 1)
z = (rng.random(120) < 0.2 + 0.6 * x).astype(int)
w = rng.integers(1, 4, 120)


def ece(strategy):
    true, pred = calibration_curve(y, p, n_bins=10, strategy=strategy)
    edges = np.linspace(0, 1, 11) if strategy == "uniform" else np.percentile(p, np.linspace(0, 100, 11))
    counts = np.bincount(np.searchsorted(edges[1:-1], p), minlength=10)
    return float(np.sum(counts[counts > 0] * np.abs(true - pred)) / len(p))


def murphy():
    bins = np.minimum((p * 10).astype(int), 9)
    rel = res = wbv = wbc = 0.0
    for k in np.unique(bins):
        f, o = p[bins == k], y[bins == k]
        rel += len(f) * (f.mean() - o.mean()) ** 2
        res += len(f) * (o.mean() - y.mean()) ** 2
        wbv += ((f - f.mean()) ** 2).sum()
        wbc += 2 * ((o - o.mean()) * (f - f.mean())).sum()
    n = len(p)
    return {"reliability": rel / n, "resolution": res / n, "uncertainty": float(y.mean() * (1 - y.mean())),
            "withinVariance": wbv / n, "withinCovariance": wbc / n}


iso = IsotonicRegression(out_of_bounds="clip").fit(x, z, sample_weight=w)
grid = [-0.2, 0.0, 0.05, 0.13, 0.3, 0.37, 0.5, 0.66, 0.8, 0.94, 1.0, 1.3]
a, b = _sigmoid_calibration(x, z)
print(json.dumps({
    "source": {
        "tools": f"scikit-learn {sklearn.__version__}, statsmodels {statsmodels.__version__}, "
                 f"SciPy {scipy.__version__}, NumPy {np.__version__}",
        "made": "make.py beside this file; the Murphy parts are NumPy over the same ten bins"
    },
    "forecasts": {"probability": [round(float(v), 3) for v in p], "event": y.tolist()},
    "brier": float(brier_score_loss(y, p)),
    "logLoss": float(log_loss(y, p)),
    "murphy": murphy(),
    "eceUniform": ece("uniform"),
    "wilson": [{"successes": k, "n": n, "interval": list(map(float, proportion_confint(k, n, 0.05, "wilson")))}
               for k, n in [(0, 30), (1, 31), (17, 30), (58, 100), (412, 990), (30, 30)]],
    "scored": {"score": [float(v) for v in x], "event": z.tolist(), "weight": w.tolist()},
    "isotonic": {"at": grid, "height": [float(v) for v in iso.predict(grid)]},
    "platt": {"a": float(a), "b": float(b)},
    "quantiles": {"values": [float(v) for v in x[:23]],
                  "type7": [float(v) for v in np.percentile(x[:23], [0, 5, 50, 95, 99, 100])]}
}))
