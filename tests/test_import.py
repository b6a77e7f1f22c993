import subprocess
import sys

HEAVY = [
    *["torch", "transformers", "fastapi", "pandas", "lightgbm"],
    *["sklearn", "scipy", "numba", "matplotlib", "wordllama", "typer", "rich", "polars"],
]


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, lorewise; print([m for m in {HEAVY} if m in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert loaded.stdout.strip() == "[]"
