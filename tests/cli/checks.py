"""Checks that need more than arguments and patterns: other programs' opinions, signals, faults, terminals."""
import json
import math
import os
import pathlib
import pty
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import time

import numpy as np
from osgeo import gdal, ogr, osr

import make_inputs
from run import Failure, expect

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()

A, F = 6378137.0, 1 / 298.257222101  # the CGCS2000 ellipsoid
E2 = F * (2 - F)


def workspace(case, *imports, crs="EPSG:4490"):
    case.run("init", "ws", "--title", "T", "--region", "540223", "--crs", crs, "--cell", "0.001")
    for line in imports:
        case.run("-w", "ws", "import", *line.split())


def exported(case, dataset):
    """Cells of a dataset as another program reads them, and the grid's corner and cell sizes."""
    case.run("-w", "ws", "export", dataset, f"{dataset}.out.tif", "--overwrite")
    data = gdal.Open(str(case.folder / f"{dataset}.out.tif"))
    x0, dx, _, y0, _, dy = data.GetGeoTransform()
    return data.ReadAsArray().astype(float), (x0, y0, dx, -dy)


def source(case, name):
    return gdal.Open(str(case.folder / name)).ReadAsArray().astype(float)


# ---- Slope, against an independent one --------------------------------------------------------------


def horn(z, dx, dy):
    """Derivatives by x and y, of interior cells."""
    a, b, c = z[:-2, :-2], z[:-2, 1:-1], z[:-2, 2:]
    d, f = z[1:-1, :-2], z[1:-1, 2:]
    g, h, i = z[2:, :-2], z[2:, 1:-1], z[2:, 2:]
    return ((c - a) + 2 * (f - d) + (i - g)) / (8 * dx), ((a - g) + 2 * (b - h) + (c - i)) / (8 * dy)


def radii(lat):
    """Metres a radian along the meridian and along the parallel."""
    w = 1 - E2 * np.sin(lat) ** 2
    return A * (1 - E2) / w**1.5, A / np.sqrt(w) * np.cos(lat)


def slope_in_plane(z, corner):
    gx, gy = horn(z, corner[2], corner[3])
    return np.degrees(np.arctan(np.hypot(gx, gy)))


def slope_geographic(z, corner):
    gx, gy = horn(z, corner[2], corner[3])
    lat = np.radians(corner[1] - (np.arange(1, z.shape[0] - 1) + 0.5) * corner[3])[:, None]
    along, across = radii(lat)
    k = math.pi / 180
    return np.degrees(np.arctan(np.hypot(gx / (across * k), gy / (along * k))))


def ground_jacobian(corner, shape, definition):
    """d(east, north on the ground) / d(x, y) at the centres of cells, by differences over 200 m."""
    rows, cols = np.mgrid[0 : shape[0], 0 : shape[1]]
    x, y = corner[0] + (cols + 0.5) * corner[2], corner[1] - (rows + 0.5) * corner[3]
    way = osr.CoordinateTransformation(make_inputs.crs(definition), make_inputs.crs("EPSG:4490"))

    def to_ground(dx, dy):
        points = np.column_stack([(x + dx).ravel(), (y + dy).ravel()])
        return np.radians(np.array(way.TransformPoints(points))[:, :2])

    h = 100.0
    lat = to_ground(0, 0)[:, 1]
    along, across = radii(lat)
    by_x = (to_ground(h, 0) - to_ground(-h, 0)) / (2 * h)
    by_y = (to_ground(0, h) - to_ground(0, -h)) / (2 * h)
    parts = (across * by_x[:, 0], across * by_y[:, 0], along * by_x[:, 1], along * by_y[:, 1])
    return [part.reshape(shape) for part in parts]


def slope_scaled(z, corner, definition):
    gx, gy = horn(z, corner[2], corner[3])
    ex, ey, nx, ny = (part[1:-1, 1:-1] for part in ground_jacobian(corner, z.shape, definition))
    determinant = ex * ny - ey * nx
    east, north = (ny * gx - nx * gy) / determinant, (-ey * gx + ex * gy) / determinant
    return np.degrees(np.arctan(np.hypot(east, north)))


def compare_slope(case, name, expected_of):
    z = source(case, name)
    case.run("-w", "ws", "import", "dem", name)
    case.run("-w", "ws", "run", "terrain", "--output", "slope_deg")
    found, corner = exported(case, "slope_deg")
    expect(np.isnan(found[0]).all() and np.isnan(found[:, 0]).all(), f"{name}: expected no data at the edges")
    worst = np.abs(found[1:-1, 1:-1] - expected_of(z, corner)).max()
    expect(worst <= 1e-5, f"{name}: expected slopes within 1e-5 degrees of Horn in double, found {worst}")
    expect(found[1:-1, 1:-1].max() > 20, f"{name}: expected steep terrain in this test")


def check_slope_is_horns_on_geographic_grids(case):
    workspace(case)
    compare_slope(case, "dem_geo.tif", slope_geographic)
    compare_slope(case, "dem_oblong.tif", slope_geographic)


def check_slope_is_horns_on_gauss_krueger_grids(case):
    workspace(case)
    compare_slope(case, "dem_gk.tif", slope_in_plane)
    compare_slope(case, "dem_utm.tif", slope_in_plane)


def check_slope_is_horns_on_equal_area_grids(case):
    workspace(case)
    compare_slope(case, "dem_albers.tif", lambda z, corner: slope_scaled(z, corner, make_inputs.ALBERS))


def check_slope_agrees_with_gdaldem(case):
    if not shutil.which("gdaldem"):
        return "expected gdaldem"
    workspace(case, "dem dem_gk.tif")
    case.run("-w", "ws", "run", "terrain", "--output", "slope_deg")
    found, _ = exported(case, "slope_deg")
    subprocess.run(["gdaldem", "slope", "-q", "dem_gk.tif", "theirs.tif"], cwd=case.folder, check=True)
    theirs = source(case, "theirs.tif")
    worst = np.abs(found[1:-1, 1:-1] - theirs[1:-1, 1:-1]).max()
    expect(worst <= 1e-3, f"expected slopes within 1e-3 degrees of gdaldem's, found {worst}")


def check_relief_is_highest_minus_lowest(case):
    workspace(case, "dem dem_nan.tif")
    case.run("-w", "ws", "run", "terrain", "--output", "relief_m", "--set", "relief.window=5")
    found, _ = exported(case, "relief_m")
    z = np.pad(source(case, "dem_nan.tif"), 2, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(z, (5, 5)).reshape(*found.shape, 25)
    inside = np.isfinite(found)
    expected = np.nanmax(windows[inside], axis=1) - np.nanmin(windows[inside], axis=1)
    expect(np.abs(found[inside] - expected).max() < 1e-3, "expected the range of a 5 x 5 window")
    expect(inside.mean() > 0.9, f"expected most cells to have a relief, found {inside.mean()}")


# ---- The same for any number of threads and any block -----------------------------------------------


def check_results_do_not_depend_on_threads_and_blocks(case):
    workspace(case, "dem dem_nan.tif", "precipitation rain.tif", "fault fault.geojson")
    hashes = set()
    for options in ([], ["--threads", "1"], ["--threads", "2"], ["--threads", "7", "--block", "7"], ["--block", "33"], ["--block", "1000"]):
        for model in ("terrain", "optional_rain.yaml"):
            case.run("-w", "ws", "run", model, *options)
        catalog = case.run("-w", "ws", "catalog", "--json").json
        hashes.add(tuple((d["id"], d["hash"]) for d in catalog["datasets"] if not d["role"]))
    expect(len(hashes) == 1, f"expected the same fingerprints, found {len(hashes)} different sets")
    expect(len(next(iter(hashes))) == 5, "expected five results")


def check_the_catalog_is_byte_stable(case):
    workspace(case, "dem dem_int.tif", "county county.geojson")
    texts = {case.run("-w", "ws", "catalog", "--json").out for _ in range(3)}
    case.run("-w", "ws", "info", "dem")
    case.run("-w", "ws", "areas", "dem", status=3)
    texts.add(case.run("--json", "catalog", "-w", str(case.folder / "ws"), "--threads", "1").out)
    expect(len(texts) == 1, "expected the same bytes as long as nothing changes")


# ---- Areas ------------------------------------------------------------------------------------------


def band_m2(south, north, width):
    """Area between parallels on the ellipsoid, degrees in."""

    def q(lat):
        s, e = math.sin(math.radians(lat)), math.sqrt(E2)
        return s / (1 - E2 * s * s) + math.atanh(e * s) / e

    return A * A * (1 - E2) / 2 * math.radians(width) * (q(north) - q(south))


def close(found, expected, what, tolerance=1e-9):
    expect(abs(found - expected) <= tolerance * abs(expected), f"{what}: expected {expected!r}, found {found!r}")


def check_areas_are_the_ellipsoids_on_geographic_grids(case):
    workspace(case, "class_raster classes.tif", "county county.geojson")
    answer = case.run("-w", "ws", "areas", "class_raster", "--json").json
    cells = source(case, "classes.tif")
    x0, y0, size = *make_inputs.GEO, make_inputs.CELL
    for row in answer["classes"]:
        expected = sum((cells[r] == row["class"]).sum() * band_m2(y0 - (r + 1) * size, y0 - r * size, size) for r in range(cells.shape[0]))
        expect(row["cells"] == (cells == row["class"]).sum(), f"class {row['class']}: expected its cells")
        close(row["area_m2"], expected, f"class {row['class']}", 1e-8)
        close(row["area_mu"] * 2000 / 3, row["area_m2"], "mu")
        close(row["area_hm2"] * 1e4, row["area_m2"], "hm2")
        close(row["area_km2"] * 1e6, row["area_m2"], "km2")


def check_areas_balance(case):
    workspace(case, "class_raster classes.tif", "county county.geojson")
    plain = case.run("-w", "ws", "areas", "class_raster", "--json").json
    zoned = case.run("-w", "ws", "areas", "class_raster", "--by", "county", "--json").json
    for answer in (plain, zoned):
        for part in ("rows", "classes"):
            close(sum(r["area_m2"] for r in answer[part]), answer["total"]["area_m2"], part)
            expect(sum(r["cells"] for r in answer[part]) == answer["total"]["cells"], f"{part}: expected cells to balance")
    close(sum(r["area_m2"] for r in zoned["zones"]), plain["total"]["area_m2"], "zones")
    for one, other in zip(plain["classes"], zoned["classes"]):
        close(other["area_m2"], one["area_m2"], f"class {one['class']}")
    inside = [z for z in zoned["zones"] if z["zone"] is not None]
    expect([z["zone_code"] for z in inside] == ["540223", "540224"], f"expected both counties, found {inside}")
    expect(inside[0]["cells"] == 40 * 70, f"expected 2800 cells in the first county, found {inside[0]['cells']}")


def check_areas_are_the_ellipsoids_on_gauss_krueger_grids(case):
    workspace(case, "class_raster classes_gk.tif")
    answer = case.run("-w", "ws", "areas", "class_raster", "--json").json
    cells = source(case, "classes_gk.tif")
    _, corner = exported(case, "class_raster")
    ex, ey, nx, ny = ground_jacobian(corner, cells.shape, "EPSG:4517")
    ground = (ex * ny - ey * nx) * corner[2] * corner[3]
    for row in answer["classes"]:
        close(row["area_m2"], ground[cells == row["class"]].sum(), f"class {row['class']}", 1e-7)


# ---- Explain ----------------------------------------------------------------------------------------


def middle_of(case, folder, dataset):
    """Longitude and latitude of the middle of a raster."""
    case.run("-w", folder, "export", dataset, "middle.tif", "--overwrite")
    data = gdal.Open(str(case.folder / "middle.tif"))
    x0, dx, _, y0, _, dy = data.GetGeoTransform()
    to = osr.SpatialReference()
    to.ImportFromEPSG(4490)
    here = data.GetSpatialRef()
    for system in (to, here):
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    at = osr.CoordinateTransformation(here, to).TransformPoint(x0 + dx * data.RasterXSize / 2, y0 + dy * data.RasterYSize / 2)
    return at[0], at[1]


RULE_SETS = ("mnr-2020-01", "mnr-2019-07", "plateau")


def results_by_hash(case, prefix):
    datasets = case.run("-w", "county", "catalog", "--json").json["datasets"]
    return {d["id"][len(prefix):]: d["hash"] for d in datasets if d["id"].startswith(prefix)}


def check_the_whole_evaluation_does_not_depend_on_threads_blocks_and_memory(case):
    """All factors of every rule set, with the steps that see the whole raster."""
    case.run("sample", "county", "--cells", "20000")
    for rules in RULE_SETS:
        found = []
        for number, options in enumerate((["--threads", "1"], ["--threads", "5", "--block", "37", "--memory", "16"])):
            prefix = f"r{number}_"
            answer = case.run("-w", "county", "evaluate", "all", "--rules", rules, "--prefix", prefix, *options, "--json").json
            found.append(results_by_hash(case, prefix))
            for one in answer["evaluations"]:
                expect(one["missing"] == [], f"{rules}: expected the sample to have every input, found {one['missing']}")
        expect(found[0] == found[1], f"{rules}: results differ: {[k for k in found[0] if found[0][k] != found[1].get(k)]}")
        expect({"ecology_zone", "agriculture_zone", "urban_zone", "problems_zone"} <= set(found[0]), f"found {sorted(found[0])}")


def check_explain_tells_every_result_of_the_whole_evaluation(case):
    case.run("sample", "county", "--cells", "10000")
    case.run("-w", "county", "evaluate", "all")
    datasets = case.run("-w", "county", "catalog", "--json").json["datasets"]
    results = [d["id"] for d in datasets if d["kind"] == "raster" and not d["role"]]
    expect(len(results) >= 15, f"expected all results, found {results}")
    middle = middle_of(case, "county", "urban_zone")
    for name in results:
        answer = case.run("-w", "county", "explain", name, "--at", "%.6f,%.6f" % middle, "--json").json
        last = answer["steps"][-1]
        expect(last["value"] == answer["value"], f"{name}: the steps give {last['value']}, stored is {answer['value']}")


def check_explain_tells_the_stored_values(case):
    workspace(case, "dem dem_geo.tif", "precipitation rain.tif")
    case.run("-w", "ws", "run", "optional_rain.yaml")
    case.run("-w", "ws", "run", "optional_rain.yaml", "--output", "slope", "--output", "steep", "--output", "wet")
    cells = {name: exported(case, name)[0] for name in ("both", "slope", "steep", "wet")}
    dem = source(case, "dem_geo.tif")
    for row, col in ((5, 7), (44, 61), (88, 118), (20, 100)):
        lon = make_inputs.GEO[0] + (col + 0.3) * make_inputs.CELL
        lat = make_inputs.GEO[1] - (row + 0.7) * make_inputs.CELL
        answer = case.run("-w", "ws", "explain", "both", "--at", f"{lon:.6f},{lat:.6f}", "--json").json
        steps = {step["step"]: step for step in answer["steps"]}
        expect((answer["row"], answer["col"]) == (row, col), f"expected cell {row}, {col}")
        expect(answer["value"] == cells["both"][row, col] == steps["both"]["value"], f"{row}, {col}: expected the stored class")
        expect(steps["dem"]["value"] == dem[row, col], f"{row}, {col}: expected the height")
        for name in ("slope", "steep", "wet"):
            expect(steps[name]["value"] == cells[name][row, col], f"{row}, {col}: expected the stored {name}")
        bounds = {1: "(-inf, 15] degree", 2: "(15, inf) degree"}
        expect(steps["steep"]["rule"] == bounds[steps["steep"]["value"]], f"found {steps['steep']['rule']}")


# ---- Exports, encodings, replay ---------------------------------------------------------------------


def check_exports_hold_the_same_cells(case):
    workspace(case, "dem dem_voids.tif")
    cells = source(case, "dem_voids.tif")
    for ending in ("tif", "img", "asc"):
        case.run("-w", "ws", "export", "dem", f"out.{ending}")
        data = gdal.Open(str(case.folder / f"out.{ending}"))
        nodata = data.GetRasterBand(1).GetNoDataValue()
        found = data.ReadAsArray().astype(float)
        same = np.where(cells == make_inputs.VOID, nodata, cells)
        expect((found == same).all(), f"{ending}: expected the cells that were imported")
        expect(abs(data.GetGeoTransform()[0] - make_inputs.GEO[0]) < 1e-9, f"{ending}: expected the same place")


def check_gbk_text_arrives_whole(case):
    workspace(case)
    for line in ("county_gbk.shp --name a", "county_gbk_nocpg.shp --encoding GBK --name b"):
        case.run("-w", "ws", "import", "county", *line.split())
    for name in "ab":
        case.run("-w", "ws", "export", name, f"{name}.csv")
        text = (case.folder / f"{name}.csv").read_text("utf-8-sig")
        expect("定日县" in text and "540223" in text, f"{name}: expected the county's name, found {text[:200]!r}")


def check_replay_finds_a_difference(case):
    workspace(case, "dem dem_int.tif")
    case.run("-w", "ws", "run", "terrain", "--output", "relief_m")
    state = sqlite3.connect(case.folder / "ws/state.db")
    table, column = "dataset", "hash"
    state.execute(f"UPDATE {table} SET {column} = ? WHERE id = 'relief_m'", ("blake2b:" + "0" * 64,))
    state.commit()
    state.close()
    answer = case.run("-w", "ws", "replay", "relief_m", "--json", status=1).json
    expect(answer["identical"] is False and answer["hash"] != answer["replayed_hash"], "expected a difference")
    expect("differs" in case.run("-w", "ws", "replay", "relief_m", status=1).out, "expected it in words")


def check_replay_wants_the_files_as_they_were(case):
    workspace(case, "dem dem_int.tif")
    before = case.workspace_state()
    shutil.copyfile(case.folder / "dem_voids.tif", case.folder / "dem_int.tif")
    expect("dem_int.tif" in case.run("-w", "ws", "replay", "dem", status=3).err, "expected the file to be named")
    (case.folder / "dem_int.tif").unlink()
    expect("dem_int.tif" in case.run("-w", "ws", "replay", "dem", status=3).err, "expected the file to be named")
    expect(case.workspace_state() == before, "expected the workspace as it was")


def check_a_workspace_of_a_newer_version_is_refused(case):
    workspace(case, "dem dem_int.tif")
    path = case.folder / "ws/workspace.yaml"
    text = path.read_text()
    expect("format: 1" in text, f"expected the format in workspace.yaml, found {text!r}")
    path.write_text(text.replace("format: 1", "format: 99"))
    for line in ("catalog", "run terrain", "import dem dem_int.tif"):
        answer = case.run("-w", "ws", *line.split(), "--json", status=3)
        expect(answer.json["status"] == "EVERSION", f"{line}: expected EVERSION, found {answer.json}")
    path.write_text("title: [\n")
    case.run("-w", "ws", "catalog", status=3)
    path.write_bytes(b"\xff\xfe\x00")
    case.run("-w", "ws", "catalog", status=3)


# ---- Stopping, two at once, faults ------------------------------------------------------------------


def make_large(case, size=4000):
    z = make_inputs.terrain(size // 4, size // 4, 9)
    z = np.kron(np.round(z).astype("int16"), np.ones((4, 4), "int16"))
    make_inputs.write(str(case.folder / "large.tif"), z, "EPSG:4517", (29_400_000, 3_200_000), 30.0, make_inputs.VOID)


LONG_RUN = ("-w", "ws", "run", "terrain", "--set", "relief.window=401", "--block", "128", "--threads", "1")


def wait_until_writing(case, process, before):
    """Until the run has begun to write a new raster."""
    raster = case.folder / "ws/raster"
    for _ in range(2000):
        if process.poll() is not None:
            raise Failure(f"expected a long run, it ended at once: {process.communicate()[1]!r}")
        if len(list(raster.iterdir())) > before:
            return
        time.sleep(0.005)
    raise Failure("expected the run to write within 10 s")


def give_way():
    """On a busy machine the test goes before the run; and jobs in the background inherit an ignored interrupt."""
    os.nice(19)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def begin_long_run(case):
    make_large(case)
    workspace(case, "dem large.tif")
    state = case.workspace_state()
    files = len(list((case.folder / "ws/raster").iterdir()))
    process = case.start(*LONG_RUN, preexec_fn=give_way)
    wait_until_writing(case, process, files)
    return process, state


def check_an_interrupt_leaves_the_workspace_as_it_was(case):
    for number in (signal.SIGINT, signal.SIGTERM):
        shutil.rmtree(case.folder / "ws", ignore_errors=True)
        process, state = begin_long_run(case)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        expect(process.returncode == 4, f"expected exit status 4, found {process.returncode}: {err!r}")
        expect(err.decode().startswith("guotu: run: "), f"expected a sentence, found {err!r}")
        expect(case.workspace_state() == state, "expected the workspace as it was")


def check_a_second_interrupt_ends_at_once(case):
    process, state = begin_long_run(case)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    process.communicate(timeout=60)
    expect(time.monotonic() - began < 5, "expected the second interrupt to end the program at once")
    expect(process.returncode in (4, 130), f"expected status 130, found {process.returncode}")
    expect(case.workspace_state()[0] == state[0], "expected the catalog as it was")
    case.run("-w", "ws", "import", "dem", "dem_int.tif", "--name", "small")


def check_a_killed_run_leaves_the_workspace_as_it_was(case):
    process, state = begin_long_run(case)
    process.kill()
    process.communicate()
    expect(case.workspace_state()[0] == state[0], "expected the catalog as it was")
    case.run("-w", "ws", "import", "dem", "dem_int.tif", "--name", "small")
    case.run("-w", "ws", "remove", "small")
    expect(case.workspace_state() == state, "expected the next writer to sweep up what was left")


def check_readers_see_the_last_commit_while_one_writes(case):
    process, state = begin_long_run(case)
    expect(case.workspace_state()[0] == state[0], "expected the catalog as it was before the run")
    case.run("-w", "ws", "info", "dem")
    process.send_signal(signal.SIGINT)
    process.communicate()


def check_two_writers_wait_or_are_refused(case):
    workspace(case)
    writers = [case.start("-w", "ws", "import", "dem", "dem_int.tif", "--name", f"d{i}") for i in range(6)]
    for process in writers:
        out, err = process.communicate(timeout=60)
        expect(process.returncode in (0, 3), f"expected status 0 or 3, found {process.returncode}: {err!r}")
        expect(process.returncode == 0 or b"guotu: import: " in err, f"expected a sentence, found {err!r}")
    done = sum(process.returncode == 0 for process in writers)
    catalog = case.run("-w", "ws", "catalog", "--json").json
    expect(len(catalog["datasets"]) == done, f"expected {done} datasets, found {len(catalog['datasets'])}")
    expect(done == 6, f"expected all to wait for their turn, found {done} of 6 done")


def check_a_full_disk_changes_nothing(case):
    workspace(case, "dem dem_int.tif")
    state = case.workspace_state()
    for line in ("import dem dem_voids.tif", "run terrain", "import county county.geojson", "remove dem"):
        for at in (1, 2, 3, 5, 8, 13):
            process = case.start("-w", "ws", *line.split(), env={"GUOTU_FAULT": f"full:{at}"})
            out, err = process.communicate(timeout=60)
            if process.returncode == 0:
                break  # so few writes
            expect(process.returncode == 3, f"{line}, write {at}: expected status 3, found {process.returncode}: {err!r}")
            expect(err.count(b"\n") == 1, f"{line}, write {at}: expected one sentence, found {err!r}")
            expect(case.workspace_state() == state, f"{line}, write {at}: expected the workspace as it was")
        if line == "remove dem":
            break


def check_a_crash_leaves_the_old_state_or_the_new(case):
    workspace(case, "dem dem_int.tif")
    before = case.workspace_state()[0]
    for at in (1, 3, 6, 10, 15, 21, 28):
        process = case.start("-w", "ws", "import", "dem", "dem_voids.tif", env={"GUOTU_FAULT": f"crash:{at}"})
        process.communicate(timeout=60)
        expect(process.returncode in (0, 137), f"write {at}: expected a simulated crash, found {process.returncode}")
        answer = case.run("-w", "ws", "catalog", "--json")
        versions = [d["version"] for d in answer.json["datasets"]]
        expect(answer.out.encode() == before or versions > [1], f"write {at}: expected the old state or the new")
        case.run("-w", "ws", "info", "dem")
        before = answer.out.encode()


def check_an_export_to_a_full_disk_leaves_no_file(case):
    workspace(case, "dem dem_int.tif", "county county.geojson")
    for line in ("dem out.tif", "county out.geojson", "county out.shp"):
        for at in (1, 2, 4):
            process = case.start("-w", "ws", "export", *line.split(), env={"GUOTU_FAULT": f"full:{at}"})
            _, err = process.communicate(timeout=60)
            if process.returncode == 0:
                break
            expect(process.returncode == 3, f"{line}: expected status 3, found {process.returncode}: {err!r}")
            left = [path for path in case.folder.iterdir() if path.name.startswith((".guotu", "out."))]
            for path in left:  # its name may be there already when only the folder could not be synced
                expect(path.name.startswith("out.") and gdal.OpenEx(str(path)), f"{line}: expected a whole file or none, found {path}")
                path.unlink()


def check_folders_that_cannot_be_written(case):
    options = ("--title", "T", "--region", "1", "--crs", "EPSG:4490", "--cell", "1")
    case.run("init", "/proc/guotu", *options, status=3)
    case.run("init", "dem_int.tif/ws", *options, status=3)
    workspace(case, "dem dem_int.tif")
    case.run("-w", "ws", "export", "dem", "/proc/out.tif", status=3)
    script = 'mount --bind ws ws && mount -o remount,ro,bind ws && exec "$0" -w ws import dem dem_voids.tif'
    done = subprocess.run(["unshare", "-m", "sh", "-c", script, case.program], cwd=case.folder, capture_output=True)
    if b"mount:" in done.stderr or b"unshare:" in done.stderr:
        return None  # no right to mount here
    expect(done.returncode == 3, f"read-only folder: expected status 3, found {done.returncode}: {done.stderr!r}")
    expect(done.stderr.startswith(b"guotu: import: "), f"expected a sentence, found {done.stderr!r}")


# ---- Terminals, pipes, start ------------------------------------------------------------------------


def check_standard_output_that_cannot_be_written(case):
    workspace(case)
    with open("/dev/full", "w") as full:
        answer = case.run("-w", "ws", "catalog", stdout=full, status=4)
    expect("standard output" in answer.err, f"expected a sentence, found {answer.err!r}")
    process = case.start("ops", "--json")
    process.stdout.close()
    process.wait(timeout=20)
    expect(process.returncode in (0, 4), f"expected an orderly end without a reader, found {process.returncode}")
    done = subprocess.run(["sh", "-c", '"$0" -w ws catalog >&-', case.program], cwd=case.folder, capture_output=True)
    expect(done.returncode == 4, f"closed output: expected status 4, found {done.returncode}")


def on_terminal(case, *args):
    """What a terminal on standard error sees."""
    master, slave = pty.openpty()
    process = case.start(*args, stderr=slave, env={"TERM": "xterm"})
    os.close(slave)
    seen = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    process.communicate(timeout=60)
    os.close(master)
    expect(process.returncode == 0, f"expected status 0, found {process.returncode}: {seen!r}")
    return seen.decode()


def check_the_bar_is_for_terminals_only(case):
    workspace(case, "dem dem_int.tif")
    seen = on_terminal(case, "-w", "ws", "run", "terrain")
    expect("[" in seen and "%" in seen and seen.endswith("\r\x1b[K"), f"expected a bar that is cleared, found {seen[-200:]!r}")
    expect("%" not in on_terminal(case, "-w", "ws", "run", "terrain", "--quiet"), "expected no bar with --quiet")
    expect(case.run("-w", "ws", "run", "terrain").err == "", "expected nothing on standard error that is no terminal")


def processor_s(case, args):
    """Seconds of the processor: a busy machine makes the clock say more."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    case.run(*args)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def check_a_start_is_quick_and_without_gdal(case):
    workspace(case)
    for args in (("help",), ("--version",), ("ops", "--json"), ("-w", "ws", "catalog"), ("-w", "ws", "catalog", "--json")):
        done = subprocess.run([case.program, *args], cwd=case.folder, env={**case.environment(), "LD_DEBUG": "files"}, capture_output=True)
        expect(b"libgdal" not in done.stderr, f"{args}: expected no GDAL")
        least = min(processor_s(case, args) for _ in range(15))
        expect(least < 0.03, f"{args}: expected about 10 ms of the processor, found {1000 * least:.1f} ms")


def check_manual_pages_are_good_roff(case):
    case.run("ops", "--man", "man")
    pages = sorted((case.folder / "man").iterdir())
    expect(len(pages) == len(case.runner.operations) + 1, f"expected a page an operation, found {len(pages)}")
    groff = shutil.which("groff")
    if not groff:
        return "expected groff"
    for page in pages:
        done = subprocess.run([groff, "-man", "-Tutf8", "-ww", page], capture_output=True)
        expect(done.returncode == 0 and not done.stderr, f"{page.name}: {done.stderr.decode()[:300]}")


COMPLETE = """
source ./completion
compopt() { :; }
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_guotu
printf '%s\\n' "${COMPREPLY[@]}"
"""


def check_bash_completes_from_the_records(case):
    workspace(case, "dem dem_int.tif", "county county.geojson")
    (case.folder / "completion").write_text(case.run("ops", "--completion", "bash").out)

    def complete(*words):
        done = subprocess.run(["bash", "-c", COMPLETE, "bash", case.program, *words], cwd=case.folder, capture_output=True, text=True)
        expect(not done.stderr, f"{words}: {done.stderr}")
        return done.stdout.split()

    expect({"import", "info", "init"} <= set(complete("i")) and "run" not in complete("i"), f"found {complete('i')}")
    expect("--fill-voids" in complete("import", "--"), "expected options of the operation")
    expect("--json" in complete("import", "--"), "expected common options")
    expect("--fill-voids" not in complete("run", "--"), "expected no options of another operation")
    expect(complete("-w", "ws", "info", "") == ["county", "dem"], f"expected datasets, found {complete('-w', 'ws', 'info', '')}")
    expect(complete("-w", "ws", "overlay", "county", "county", "--by", "c") == ["county"], "expected a dataset behind --by")
    expect(complete("catalog", "--lang", "z") == ["zh"], "expected the choices of an option")
    expect("dem_int.tif" in complete("import", "dem", "dem_i"), "expected files")


def check_documents_are_made_as_they_are_kept(case):
    shutil.copytree(pathlib.Path(__file__).parents[2] / "docs/operations", case.folder / "docs/operations")
    before = {path.name: path.read_text() for path in (case.folder / "docs/operations").iterdir()}
    case.run("ops", "--docs", "docs")
    after = {path.name: path.read_text() for path in (case.folder / "docs/operations").iterdir()}
    expect(before == after, "expected ./run docs to change nothing")
    (case.folder / "docs/operations/run.md").write_text("no markers\n")
    case.run("ops", "--docs", "docs", status=3)


# ---- The quality check ------------------------------------------------------------------------------


def check_standard_layers_tell_other_programs_their_code_lists_and_widths(case):
    table = case.folder / "o.csv"
    table.write_text("BSM,QSXZ,DLBM,TBMJ,WKT\n"
                     '990100200100000001,30,0103,100.25,"POLYGON((36500000 3100000,36500010 3100000,36500010 3100010,36500000 3100000))"\n')
    case.run("init", "ws", "--title", "t", "--region", "990100", "--crs", "EPSG:4524", "--cell", "10")
    case.run("-w", "ws", "import", "DLTB", "o.csv", "--source-crs", "EPSG:4524")
    case.run("-w", "ws", "export", "dltb", "o.shp")
    exported = ogr.Open(str(case.folder / "o.shp"))
    field = exported.GetLayer(0).GetLayerDefn()
    width = field.GetFieldDefn(field.GetFieldIndex("TBMJ"))
    expect((width.GetWidth(), width.GetPrecision()) == (15, 2), f"TBMJ is {width.GetWidth()}.{width.GetPrecision()}")
    with sqlite3.connect(f"file:{case.folder}/ws/plan.gpkg?mode=ro", uri=True) as db:
        titles = dict(db.execute("SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'dltb'"))
    expect(titles.get("TBMJ") == "图斑面积" and titles.get("DLBM") == "地类编码", f"titles are {titles}")


def found_by_check(case, folder):
    """What the check of a package finds, as (rule, layer, feature) with the place and value of each."""
    return [((f["rule"], f["layer"], f["features"][0] if f["features"] else f["path"]), f) for f in
            case.run("check", folder, "--json", status=1).json["findings"]]


def change_parcels(path):
    """Puts faults into a package by other means than the program's own; gives what must be found."""
    data = ogr.Open(str(path), 1)
    layer = data.GetLayerByName("DLTB")
    parcels = [feature for feature in layer]
    number = [feature.GetField("BSM") for feature in parcels]

    def change(i, field, value):
        parcels[i].SetField(field, value)
        layer.SetFeature(parcels[i])

    change(10, "DLMC", "别名")
    change(20, "DLBM", "9999")
    change(30, "TBMJ", parcels[30].GetField("TBMJ") + 77)
    change(50, "SJNF", 2019)
    parcels[70].SetGeometry(None)
    layer.SetFeature(parcels[70])
    ring = parcels[80].GetGeometryRef().GetGeometryRef(0)
    doubled = ogr.Geometry(ogr.wkbLinearRing)
    for i in range(ring.GetPointCount()):
        for _ in range(2 if i == 2 else 1):
            doubled.AddPoint_2D(*ring.GetPoint_2D(i))
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(doubled)
    parcels[80].SetGeometry(polygon)
    layer.SetFeature(parcels[80])
    hole = parcels[70].GetField("BSM")
    del layer, data
    return {("attributes.pair", number[10]), ("attributes.domain", number[20]), ("areas.field", number[30]),
            ("attributes.year", number[50]), ("topology.null", hole), ("topology.duplicate_point", number[80])}


def check_faults_made_by_another_program_are_found(case):
    case.run("sample", "county", "--cells", "10000", "--parcels", "1000", "--seed", "5")
    package = case.folder / "county/submission"
    expected = change_parcels(package / "矢量数据/990100.gpkg")
    (package / "元数据/SD.xml").unlink()
    found = [(key[0], key[2]) for key, _ in found_by_check(case, "county/submission")]
    gaps = [one for one in found if one[0] == "topology.gap"]
    expect(len(gaps) == 1, f"expected the gap of the parcel without geometry, found {gaps}")
    rest = sorted(one for one in found if one[0] not in ("topology.gap", "agreement.metadata"))
    expect(rest == sorted(expected), f"expected {sorted(expected)}, found {rest}")
    expect(len(found) == len(expected) + 2, f"expected {len(expected) + 2} findings, found {found}")


def same_place(planted, finding):
    if planted["at"] is None or finding["at"] is None:
        return True
    return math.dist(planted["at"], finding["at"]) < 0.05


def matches(planted, finding):
    """The same rule and layer; a feature in common where both name one; places not far apart."""
    named = set(planted["features"] or ([planted["feature"]] if planted["feature"] else []))
    features = set(finding["features"])
    return (planted["rule"] == finding["rule"] and planted["layer"] in ("", finding["layer"], finding["path"])
            and (not named or not features or named & features) and same_place(planted, finding))


def check_every_planted_fault_is_found_and_nothing_else(case):
    case.run("sample", "county", "--cells", "10000", "--parcels", "1000", "--seed", "5")
    planted = json.loads((case.folder / "county/planted.json").read_text())
    found = [finding for _, finding in found_by_check(case, "county/submission-faulty")]
    missed = []
    for fault in planted:
        finding = next((one for one in found if matches(fault, one)), None)
        if finding:
            found.remove(finding)
        else:
            missed.append((fault["rule"], fault["layer"], fault["feature"]))
    expect(not missed and not found,
           f"missed {missed}; not planted {[(f['rule'], f['layer'], f['path'], f['features'][:2], f['text']['en']) for f in found]}")


def pull_a_point_inwards(path, layer, metres):
    """Moves one point of a parcel towards its centre, so that a narrow gap opens beside it."""
    source = ogr.Open(str(path), 1)
    table = source.GetLayerByName(layer)
    for feature in table:
        ring = feature.GetGeometryRef().GetGeometryRef(0)
        centre = feature.GetGeometryRef().Centroid()
        x, y = ring.GetPoint_2D(3)
        away = math.hypot(centre.GetX() - x, centre.GetY() - y)
        before = feature.GetGeometryRef().GetArea()
        ring.SetPoint_2D(3, x + (centre.GetX() - x) * metres / away, y + (centre.GetY() - y) * metres / away)
        if 0.01 < before - feature.GetGeometryRef().GetArea() < 20:
            table.SetFeature(feature)
            return


def check_narrow_gaps_are_given_to_a_neighbour(case):
    case.run("sample", "county", "--cells", "10000", "--parcels", "1000", "--seed", "5")
    pull_a_point_inwards(case.folder / "county/submission/矢量数据/990100.gpkg", "DLTB", 0.05)
    answer = case.run("check", "county/submission", "--fix", "mended", "--json", status=1).json
    found = [(finding["rule"], finding["fixed"]) for finding in answer["findings"]]
    expect(found == [("topology.sliver", True)], f"expected one sliver, mended, found {found}")
    expect(answer["fix"]["after"] == {"error": 0, "warning": 0, "note": 0}, f"found {answer['fix']['after']}")
    case.run("check", "mended")


def rows_of(path):
    """All tables of a GeoPackage but the spatial indexes: (table, number) -> row, as its bytes are."""
    data = sqlite3.connect(path)
    data.text_factory = bytes
    tables = [name.decode() for (name,) in data.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'rtree%'")]
    return {(table, row[0]): row for table in tables for row in data.execute(f'SELECT rowid, * FROM "{table}"')}


def changed_rows(before, after):
    """(layer, number) of the rows that are others; none may be new, and only geometries change."""
    old, new = rows_of(before), rows_of(after)
    expect(set(new) <= set(old), f"expected no new rows, found {sorted(set(new) - set(old))[:5]}")
    changed = {key for key in old if old[key] != new.get(key)}
    for key in changed & set(new):
        others = [one for one, other in zip(old[key], new[key]) if one != other]
        expect(len(others) == 1 and others[0][:2] == b"GP", f"{key}: expected only the geometry to change, found {others}")
    return changed


def differing_files(before, after):
    names = {file.relative_to(before) for file in before.rglob("*") if file.is_file()}
    expect(names == {file.relative_to(after) for file in after.rglob("*") if file.is_file()}, "the copy has other files")
    return {str(name) for name in names if (before / name).read_bytes() != (after / name).read_bytes()}


def by_bsm(path, table):
    """Pairs of (layer, BSM) and (layer, number)."""
    for number, bsm in sqlite3.connect(path).execute(f'SELECT rowid, BSM FROM "{table}"'):
        yield (table, bsm), (table, number)


def check_what_is_safe_is_mended_in_a_copy_and_nothing_else(case):
    case.run("sample", "county", "--cells", "10000", "--parcels", "1000", "--seed", "5")
    before, after = case.folder / "county/submission-faulty", case.folder / "mended"
    answer = case.run("check", "county/submission-faulty", "--fix", "mended", "--json", status=1).json
    fixed = [finding for finding in answer["findings"] if finding["fixed"]]
    rules = {finding["rule"] for finding in fixed}
    for rule in ("unclosed", "duplicate_point", "duplicate_ring", "spike", "border", "zm", "curved"):
        expect(f"topology.{rule}" in rules, f"expected topology.{rule} to be mended, found {sorted(rules)}")
    package = "矢量数据/990100.gpkg"
    expect(differing_files(before, after) == {package}, "expected one file to change")
    number = {key: row for table in {finding["layer"] for finding in fixed} for key, row in by_bsm(before / package, table)}
    named = {number[finding["layer"], feature] for finding in fixed for feature in finding["features"]}
    changed = changed_rows(before / package, after / package)
    expect(changed and changed <= named, f"not told as mended: {sorted(changed - named)}")
    one_of = {(finding["layer"], tuple(finding["features"])) for finding in fixed}
    for layer, features in one_of:
        expect(changed & {number[layer, feature] for feature in features}, f"{layer} {features}: told as mended, but not changed")


def polygon_of(points):
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for point in [*points, points[0]]:
        ring.AddPoint_2D(*point)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon


def single_ring(feature):
    """The points of a polygon of one ring, the first not again; None: of several."""
    shape = feature.GetGeometryRef()
    shape = shape.GetGeometryRef(0) if shape.GetGeometryType() == ogr.wkbMultiPolygon else shape
    return [point[:2] for point in shape.GetGeometryRef(0).GetPoints()][:-1] if shape.GetGeometryCount() == 1 else None


def plant_slivers(path, wanted):
    """Moves an edge that two parcels share by 6 cm on one side only; into what parcels lose goes a narrow one, once."""
    data = ogr.Open(str(path), 1)
    layer = data.GetLayerByName("DLTB")
    parcels = {feature.GetFID(): feature for feature in layer}
    rings = {number: single_ring(feature) for number, feature in parcels.items()}
    owners = {}
    for number, ring in rings.items():
        for point in ring or ():
            owners.setdefault(point, set()).add(number)
    used, narrow = set(), False
    for number, ring in rings.items():
        for a, b in zip(ring or (), (ring or ())[1:]):
            pair, length = owners[a] & owners[b], math.dist(a, b)
            if len(used) == 2 * wanted or len(pair) != 2 or pair & used or length < 20:
                continue
            middle = ((a[0] + b[0]) / 2 + (a[1] - b[1]) / length * 0.06, (a[1] + b[1]) / 2 + (b[0] - a[0]) / length * 0.06)
            at = ring.index(b)
            moved = polygon_of(ring[:at] + [middle] + ring[at:])
            if not narrow and moved.Area() < polygon_of(ring).Area():
                narrow = True
                sliver = ogr.Feature(layer.GetLayerDefn())
                sliver.SetFrom(parcels[number])
                sliver.SetFID(-1)
                sliver.SetField("BSM", "990100200199999999")
                sliver.SetGeometry(polygon_of([a, b, middle]))
                layer.CreateFeature(sliver)
            parcels[number].SetGeometry(moved)
            layer.SetFeature(parcels[number])
            used |= pair
    named = {parcels[number].GetField("BSM") for number in used}
    del layer, data
    return named, narrow


def as_read(path):
    """BSM -> ((number, attributes), shape), of the layer DLTB as another program reads it."""
    data = ogr.Open(str(path))
    return {feature.GetField("BSM"): ((feature.GetFID(), feature.items()), bytes(feature.GetGeometryRef().ExportToIsoWkb()))
            for feature in data.GetLayerByName("DLTB")}


def check_slivers_go_to_a_neighbour_in_any_format(case):
    case.run("sample", "county", "--cells", "10000", "--parcels", "1000", "--seed", "5")
    source = case.folder / "county/submission/矢量数据/990100.gpkg"
    used, narrow = plant_slivers(source, 4)
    for name, driver in (("990100.gpkg", "GPKG"), ("990100.gdb", "OpenFileGDB"), ("DLTB.shp", "ESRI Shapefile")):
        package = case.folder / f"of {driver}"
        package.mkdir()
        gdal.VectorTranslate(str(package / name), str(source), layers=["DLTB"], format=driver,
                             layerCreationOptions=["ENCODING=UTF-8"] if driver == "ESRI Shapefile" else [])
        old = as_read(package / name)
        answer = case.run("check", package.name, "--fix", f"mended {driver}", "--json", status=1).json
        slivers = [finding["fixed"] for finding in answer["findings"] if finding["rule"] == "topology.sliver"]
        expect(slivers == [True] * 4, f"{driver}: expected 4 slivers to be mended, found {slivers}")
        expect(answer["fix"]["layers"][0]["slivers"] == 4, f"{driver}: found {answer['fix']['layers']}")
        new = as_read(case.folder / f"mended {driver}" / name)
        gone = set(old) - set(new)
        expect(len(gone) == narrow and set(new) <= set(old), f"{driver}: expected the narrow parcel to go, found {gone}")
        expect(all(old[number][0] == new[number][0] for number in new), f"{driver}: attributes have changed")
        changed = {number for number in new if old[number][1] != new[number][1]}
        expect(changed and changed <= used, f"{driver}: {changed - used} have changed, beside {used}")


def check_copies_have_all_files(case):
    case.run("sample", "county", "--cells", "10000", "--parcels", "1000", "--seed", "5")
    before = case.folder / "county/submission-faulty"
    (before / "矢量数据/补充.vct").write_text("no vector data")
    shutil.make_archive(str(case.folder / "package"), "zip", before)
    case.run("check", "package.zip", "--fix", "from_zip", "--json", status=1)
    (before / "规划文档/Thumbs.db").unlink()  # archives are unpacked without what systems leave behind
    expect(differing_files(before, case.folder / "from_zip") == {"矢量数据/990100.gpkg"}, "expected one file to change")
    case.run("check", "county/submission-faulty/矢量数据/990100.gpkg", "--fix", "single", "--json", status=1)
    expect([file.name for file in (case.folder / "single").iterdir()] == ["990100.gpkg"], "expected the one file")
    case.run("check", "county/submission-faulty", "--fix", "county/submission-faulty/within", status=2)
    case.run("check", "county", "--fix", "workspace", status=2)
    expect(not list(case.folder.glob("**/*half*")) and not (case.folder / "workspace").exists(), "something is left behind")


def check_a_ring_of_a_million_points(case):
    """A star of 10^6 points: no finding but of its fields, imported and measured as it is by the shoelace formula."""
    n, x0, y0 = 10 ** 6, 36450000, 3000000
    turn = 2 * np.pi * np.arange(n) / n
    radius = 20000 * (1 + 0.3 * np.cos(7 * turn)) + 3 * (np.arange(n) % 2)
    points = np.empty((n + 1, 2))
    points[:n, 0], points[:n, 1] = x0 + radius * np.cos(turn), y0 + radius * np.sin(turn)
    points[n] = points[0]
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4524)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(case.folder / "star.gpkg"))
    layer = source.CreateLayer("DLTB", reference, ogr.wkbPolygon)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(ogr.CreateGeometryFromWkb(struct.pack("<BIII", 1, 3, 1, n + 1) + points.tobytes()))
    layer.CreateFeature(feature)
    feature = layer = source = None
    found = case.run("check", "star.gpkg", "--json", status=1).json["findings"]
    expect(not [f for f in found if f["family"] == "topology"], "expected no fault of topology in a star")
    case.run("init", "ws", "--title", "T", "--region", "540223", "--crs", "EPSG:4524", "--cell", "30")
    case.run("-w", "ws", "import", "dltb", "star.gpkg")
    area = case.run("-w", "ws", "areas", "dltb", "--json").json["total"]["area_m2"]
    x, y = points[:, 0] - x0, points[:, 1] - y0
    flat = abs(float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())) / 2
    # On the zone's meridian 36 the middle lies 50 km off it: the scale differs from 1 by less than 6e-5.
    close(area, flat, "area of the star", 3e-4)
