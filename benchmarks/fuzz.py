"""Hostile bytes and texts, for a fixed time: ``python benchmarks/fuzz.py [--seconds 60] [--target NAME]``.

Each target is a public function that takes what comes from outside: the readers, the restorer, the whole extraction.
``atheris`` (``pip install atheris``) drives them by coverage where it is installed; otherwise Hypothesis makes the
inputs, without coverage, and the output says so. A target fails where anything but ``InputError`` is raised, where an
error is more than one line, or where a promise is broken (offsets never decrease, spans hold their text). What made it
fail is written to ``fuzz-TARGET...`` in the working folder, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
MAX_LENGTH = 4096  # bytes of an input: most faults need few, and speed finds them

Target = Callable[[bytes], None]


def targets() -> Mapping[str, Target]:
    """Name → what takes any bytes and raises where a promise is broken. Imported late, so that atheris sees it."""
    import io

    from kg.errors import InputError
    from kg.model import Document
    from kg.pipeline import extract
    from kg.read.limits import Budget, Reading, Spent
    from kg.read.paths import ARCHIVES, READERS, kind_of
    from kg.read.source import Source
    from kg.restore import restore

    def reader(kind: str) -> Target:
        def run(data: bytes) -> None:
            try:
                for item in READERS[kind](data, Source("a" + kind, "a")):
                    assert "\n" not in str(item) if isinstance(item, InputError) else item.text.strip()
            except InputError as error:
                assert "\n" not in str(error)

        return run

    def archive(kind: str) -> Target:
        def run(data: bytes) -> None:
            source = Source("a.txt" + kind, "a")
            try:
                list(ARCHIVES[kind](io.BytesIO(data), source, Budget(source, len(data), 1 << 20, Reading()), kind_of))
            except (InputError, Spent) as error:
                assert "\n" not in str(error)

        return run

    def restored(data: bytes) -> None:
        text = data.decode("utf-8", "surrogatepass" if data[:1] == b"\xed" else "replace")
        found = restore(text)
        assert len(found.origins) == len(found.text) + 1 and found.raw == text
        assert all(a <= b for a, b in zip(found.origins, found.origins[1:], strict=False))

    def extracted(data: bytes) -> None:
        found, _ = extract(Document("a", data.decode("utf-8", "replace").replace("\x00", " ")))
        for entity in found.entities:
            assert all(found.restored.text[m.start : m.end] == m.text for m in entity.mentions)

    readers = {f"read{kind}": reader(kind) for kind in READERS}
    archives = {f"open{kind}": archive(kind) for kind in ARCHIVES}
    return {**readers, **archives, "restore": restored, "extract": extracted}


def seeds() -> list[bytes]:
    """Inputs to begin with: a line of the genre in several codes and wrappings."""
    line = "石泉县委书记王小明到喜河镇调研“三送”工作，投资3.5万元(chuàng)新。\n"
    record = json.dumps({"text": line, "date": "2022-03-04"})
    page = f"<html><head><meta charset=gb2312></head><body><p>{line}</p><table><tr><td>1</table></body></html>"
    return [line.encode(), line.encode("gb18030"), line.encode("utf-16"), record.encode(), page.encode("gb18030")]


def by_coverage(name: str, seconds: int, folder: Path) -> int:
    """One target under atheris; the number of runs is on its own output."""
    import atheris

    with atheris.instrument_imports(include=["kg"], enable_loader_override=False):
        target = targets()[name]
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={MAX_LENGTH}",
        f"-artifact_prefix=fuzz-{name}-",
        "-print_final_stats=1",
    ]
    for number, seed in enumerate(seeds()):
        (folder / f"seed{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *options, str(folder)], target)
    atheris.Fuzz()  # ends the process
    return 0


def by_hypothesis(name: str, target: Target, seconds: float) -> int:
    """The number of runs; raises what the target raises, with the input written down."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    begun, runs = seeds(), 0
    parts = st.one_of(
        st.sampled_from(begun), st.binary(max_size=60), st.text(max_size=60).map(lambda t: t.encode("utf-8", "replace"))
    )
    inputs = st.lists(parts, min_size=1, max_size=6).map(b"".join)

    @settings(
        max_examples=50, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @given(inputs)
    def once(data: bytes) -> None:
        nonlocal runs
        runs += 1
        try:
            target(data[:MAX_LENGTH])
        except Exception:
            Path(f"fuzz-{name}.bin").write_bytes(data[:MAX_LENGTH])
            raise

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        once()
    return runs


def main() -> int:
    """Every target for its share of the time; 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together")
    parser.add_argument("--target", help="one target alone")
    parser.add_argument("--engine", choices=("auto", "atheris", "hypothesis"), default="auto")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        return by_coverage(asked.target, asked.seconds, asked.inside)
    every = targets()
    names = [asked.target] if asked.target else list(every)
    engine = asked.engine if asked.engine != "auto" else "atheris" if _has_atheris() else "hypothesis"
    print(f"{engine}, {asked.seconds} s over {len(names)} targets", flush=True)
    failed = 0
    for name in names:
        share = max(1, asked.seconds // len(names))
        if engine == "atheris":
            runs, fault = _atheris_process(name, share)
            print(f"{name}: {'FAILED, see fuzz-' + name if fault else runs}", flush=True)
        else:
            try:
                print(f"{name}: {by_hypothesis(name, every[name], share)} runs", flush=True)
                fault = False
            except Exception:
                print(f"{name}: FAILED\n{traceback.format_exc()}", flush=True)
                fault = True
        failed += fault
    return 1 if failed else 0


def _atheris_process(name: str, seconds: int) -> tuple[str, bool]:
    """What one target's own process says of its runs, and whether it failed: atheris ends its process."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--inside", folder, "--target", name, "--seconds", str(seconds)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode:
        print(done.stderr[-3000:], flush=True)
    said = [line for line in done.stderr.splitlines() if "number_of_executed_units" in line]
    return f"{said[-1].split()[-1]} runs" if said else "no count of runs", done.returncode != 0


def _has_atheris() -> bool:
    try:
        import atheris  # noqa: F401
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
