#!/usr/bin/python3
"""pictures.py PROGRAM: makes docs/pictures anew from the fictional county: maps as they stand in the reports, and the
pages of scenarios and of the quality check where a chromium is installed. Nothing else may be shown there."""
import base64
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from osgeo import gdal

gdal.UseExceptions()
ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "docs/pictures"
# Picture: language, report, and which of its maps.
MAPS = {
    "ecology-zone-zh": ("zh", "ecology-mnr-2020-01", 0),
    "ecology-zone-en": ("en", "ecology-mnr-2020-01", 0),
}


def write_small(source, target, window=None):
    """1,000 pixels wide and 256 colours: a fifth of the bytes, and still to be read."""
    picture = gdal.Translate("", str(source), format="MEM", bandList=[1, 2, 3], srcWin=window)
    picture = gdal.Warp("", picture, format="MEM", width=1000, resampleAlg="cubic",
                        transformerOptions=["SRC_METHOD=NO_GEOTRANSFORM", "DST_METHOD=NO_GEOTRANSFORM"])
    bands = [picture.GetRasterBand(i + 1) for i in range(3)]
    small = gdal.GetDriverByName("MEM").Create("", picture.RasterXSize, picture.RasterYSize, 1)
    table = gdal.ColorTable()
    gdal.ComputeMedianCutPCT(*bands, 256, table)
    lightest = max(range(table.GetCount()), key=lambda i: sum(table.GetColorEntry(i)[:3]))
    table.SetColorEntry(lightest, (255, 255, 255, 255))  # paper is white
    small.GetRasterBand(1).SetRasterColorTable(table)
    gdal.DitherRGB2PCT(*bands, small.GetRasterBand(1), table)
    gdal.GetDriverByName("PNG").CreateCopy(str(target), small, options=["ZLEVEL=9"])
    pathlib.Path(f"{target}.aux.xml").unlink(missing_ok=True)


def write_page(page, target):
    """The first screen of a page of a report."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([shutil.which("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                        "--window-size=1180,1500", f"--screenshot={folder}/page.png", page.as_uri()],
                       check=True, stderr=subprocess.DEVNULL)
        write_small(f"{folder}/page.png", target, [0, 0, 1180, 1500])


def write_check(program, folder, lang):
    """The report on a submission with planted faults."""
    for words in (f"sample {folder / 'plan'} --cells 20000 --parcels 3000",
                  f"check {folder / 'plan/submission-faulty'} --report {folder / 'report'}"):
        subprocess.run([program, "--lang", lang, *words.split()], check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
    write_page(folder / "report/report.html", OUT / f"check-{lang}.png")


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for lang in ("zh", "en"):
            for words in ("sample .", "run terrain", "evaluate ecology", "scenario examples/scenarios.yaml"):
                words = words.replace("sample .", f"sample {folder / lang} --cells 400000").split()
                subprocess.run([program, "-w", folder / lang, "--lang", lang, *words], check=True, cwd=ROOT,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name, (lang, report, number) in MAPS.items():
            text = (folder / lang / f"out/{report}.html").read_text()
            png = re.findall(r'base64,([^"]+)"', text)[number]
            (folder / "map.png").write_bytes(base64.b64decode(png))
            write_small(folder / "map.png", OUT / f"{name}.png")
        for lang in ("zh", "en") if shutil.which("chromium") else ():
            write_page(folder / lang / "out/scenarios-mnr-2020-01.html", OUT / f"scenarios-{lang}.png")
            with tempfile.TemporaryDirectory() as other:
                write_check(program, pathlib.Path(other), lang)
    for path in sorted(OUT.glob("*.png")):
        print(path.relative_to(ROOT), path.stat().st_size)


if __name__ == "__main__":
    main()
