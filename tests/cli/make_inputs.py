#!/usr/bin/env python3
"""make_inputs.py DIR: makes the files that the command-line cases import, each small and always the same."""
import datetime
import json
import os
import sys
import zipfile

import numpy as np
from osgeo import gdal, ogr, osr

import make_hostile

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()

ALBERS = "+proj=aea +lat_0=0 +lon_0=89 +lat_1=28.5 +lat_2=34.5 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs"
VOID = -32768


def crs(definition):
    reference = osr.SpatialReference()
    reference.SetFromUserInput(definition)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def terrain(h, w, seed=1):
    """Hills of several sizes, the same for a seed; metres, when cells are about 30 m wide."""
    y, x = np.mgrid[0:h, 0:w].astype(float)
    dice = np.random.default_rng(seed)
    z = 4500 + 2 * x + 1.5 * y
    for size, height in ((61, 300), (29, 120), (11, 35), (5, 8)):
        a, b = dice.uniform(0, 6.28, 2)
        z += height * np.sin(2 * np.pi * x / size + a) * np.cos(2 * np.pi * y / size + b)
    return z + dice.normal(0, 1, z.shape)


def write(path, cells, reference, corner, size, nodata=None, driver="GTiff", options=()):
    kind = {"uint8": gdal.GDT_Byte, "int16": gdal.GDT_Int16, "int32": gdal.GDT_Int32, "float32": gdal.GDT_Float32}
    memory = gdal.GetDriverByName("MEM").Create("", cells.shape[1], cells.shape[0], 1, kind[cells.dtype.name])
    sx, sy = size if isinstance(size, tuple) else (size, size)
    memory.SetGeoTransform((corner[0], sx, 0, corner[1], 0, -sy))
    if reference:
        memory.SetProjection(crs(reference).ExportToWkt())
    if nodata is not None:
        memory.GetRasterBand(1).SetNoDataValue(nodata)
    memory.GetRasterBand(1).WriteArray(cells)
    gdal.GetDriverByName(driver).CreateCopy(path, memory, options=list(options))


# ---- Rasters --------------------------------------------------------------------------------------

GEO = (86.9, 28.2)  # north-west corner of the small world of these tests
CELL = 0.001


def make_units():
    """A July in tenths of a degree, and shares in percent; both as whole numbers."""
    degrees = 18 - 0.006 * (terrain(90, 120) - 3650)
    write("july_tenths.tif", np.round(10 * degrees).astype("int16"), "EPSG:4490", GEO, CELL, VOID)
    write("clay_percent.tif", np.full((90, 120), 27, "uint8"), "EPSG:4490", GEO, CELL, 255)


def make_dems():
    z = terrain(90, 120)
    write("dem_geo.tif", z.astype("float32"), "EPSG:4490", GEO, CELL)
    write("dem_int.tif", np.round(z).astype("int16"), "EPSG:4490", GEO, CELL, VOID)
    write("dem_gk.tif", terrain(80, 100, 2).astype("float32"), "EPSG:4517", (29_500_000 - 45_000, 3_120_000), 30.0)
    write("dem_utm.tif", terrain(80, 100, 3).astype("float32"), "EPSG:32645", (470_000, 3_120_000), 30.0)
    write("dem_albers.tif", terrain(80, 100, 4).astype("float32"), ALBERS, (-200_000, 3_120_000), 30.0)
    write("dem_oblong.tif", z.astype("float32"), "EPSG:4490", GEO, (CELL, CELL / 2))
    halves = np.round(z).astype("int16")
    write("tile_west.tif", halves[:, :60], "EPSG:4490", GEO, CELL, VOID)
    write("tile_east.tif", halves[:, 60:], "EPSG:4490", (GEO[0] + 60 * CELL, GEO[1]), CELL, VOID)
    write("dem_img.img", halves, "EPSG:4490", GEO, CELL, VOID, "HFA")


def make_holes():
    z = terrain(90, 120)
    voids = np.round(z).astype("int16")
    voids[20:26, 30:38] = VOID
    voids[0, 0] = VOID
    write("dem_voids.tif", voids, "EPSG:4490", GEO, CELL, VOID)
    nan = z.astype("float32")
    nan[40:44, 50:57] = np.nan
    write("dem_nan.tif", nan, "EPSG:4490", GEO, CELL)
    write("all_void.tif", np.full((20, 20), VOID, "int16"), "EPSG:4490", GEO, CELL, VOID)
    write("all_nan.tif", np.full((20, 20), np.nan, "float32"), "EPSG:4490", GEO, CELL)
    infinite = z.astype("float32")
    infinite[5, 6] = np.inf
    write("infinite.tif", infinite, "EPSG:4490", GEO, CELL)


def make_odd_rasters():
    z = terrain(90, 120)
    write("one_cell.tif", z[:1, :1].astype("float32"), "EPSG:4490", GEO, CELL)
    write("one_row.tif", z[:1].astype("float32"), "EPSG:4490", GEO, CELL)
    write("one_column.tif", z[:, :1].astype("float32"), "EPSG:4490", GEO, CELL)
    write("no_crs.tif", z.astype("float32"), None, GEO, CELL)
    write("elsewhere.tif", z.astype("float32"), "EPSG:4490", (100.0, 35.0), CELL)
    write("tile_coarse.tif", z[:45, :60].astype("int16"), "EPSG:4490", (GEO[0] + 120 * CELL, GEO[1]), 2 * CELL)
    write("tile_utm.tif", z.astype("int16"), "EPSG:32645", (470_000, 3_120_000), 100.0)
    write("tile_shifted.tif", z.astype("int16"), "EPSG:4490", (GEO[0] + 120.4 * CELL, GEO[1]), CELL)
    write("implausible.tif", (z + 8000).astype("float32"), "EPSG:4490", GEO, CELL)
    write("local.tif", z.astype("float32"), 'LOCAL_CS["site",UNIT["metre",1]]', (0, 0), 30.0)
    write("xian80.tif", z.astype("float32"), "EPSG:4610", GEO, CELL)


def make_broken_files():
    whole = open("dem_geo.tif", "rb").read()
    open("truncated.tif", "wb").write(whole[: len(whole) // 2])
    open("headless.tif", "wb").write(whole[:9])
    open("empty.tif", "wb").write(b"")
    open("text.tif", "w").write("This is no raster, whatever its name says.\n")
    open("text.shp", "w").write("This is no shapefile, whatever its name says.\n")
    open("random.tif", "wb").write(np.random.default_rng(7).bytes(4000))
    gdal.BuildVRT("dem.vrt", ["dem_geo.tif"]).FlushCache()
    os.makedirs("a_folder.tif", exist_ok=True)


def make_other_rasters():
    y, x = np.mgrid[0:12, 0:14]
    write("rain.tif", (300 + 10 * x + 5 * y).astype("float32"), "EPSG:4326", (86.85, 28.25), 0.02)
    write("rain_part.tif", (300 + 10 * x + 5 * y).astype("float32")[:, :6], "EPSG:4326", (86.85, 28.25), 0.02)
    write("two.tif", np.full((2, 2), 4000, "float32"), "EPSG:4490", GEO, CELL)
    classes = (1 + (np.mgrid[0:90, 0:120][0] // 10 + np.mgrid[0:90, 0:120][1] // 13) % 4).astype("uint8")
    classes[:3] = 0
    write("classes.tif", classes, "EPSG:4490", GEO, CELL, 0)
    write("classes_gk.tif", classes[:80, :100], "EPSG:4517", (29_500_000 - 45_000, 3_120_000), 30.0, 0)


# ---- Vectors --------------------------------------------------------------------------------------


def ring(x0, y0, x1, y1):
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]


def collection(path, features):
    body = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    with open(path, "w") as file:
        json.dump({"type": "FeatureCollection", "features": body}, file, ensure_ascii=False)


def polygon(*rings):
    return {"type": "Polygon", "coordinates": [list(r) for r in rings]}


def make_geojson():
    x, y = GEO
    counties = [
        ({"XZQDM": "540223", "XZQMC": "定日县"}, polygon(ring(x + 0.01, y - 0.08, x + 0.05, y - 0.01))),
        ({"XZQDM": "540224", "XZQMC": "萨迦县"}, polygon(ring(x + 0.05, y - 0.08, x + 0.10, y - 0.01))),
    ]
    collection("county.geojson", counties)
    collection("county_far.geojson", [(p, polygon(ring(10, 10, 11, 11))) for p, _ in counties])
    collection("fault.geojson", [({"name": "F1"}, {"type": "LineString", "coordinates": [[x, y - 0.05], [x + 0.12, y - 0.04]]})])
    collection("road.geojson", [({"name": "R1"}, {"type": "LineString", "coordinates": [[x, y - 0.05], [x + 0.12, y - 0.04]]})])
    collection("center.geojson", [({"name": "C1"}, {"type": "Point", "coordinates": [x + 0.05, y - 0.05]})])
    collection("water.geojson", [({"name": "湖"}, polygon(ring(x + 0.02, y - 0.03, x + 0.03, y - 0.02)))])
    bow = [[x, y], [x + 0.1, y - 0.1], [x + 0.1, y], [x, y - 0.1], [x, y]]
    collection("bowtie.geojson", [({"code": "1"}, polygon(bow))])
    collection("open_ring.geojson", [({"code": "1"}, polygon([[x, y], [x + 0.1, y], [x + 0.1, y - 0.1]]))])
    collection("no_code.geojson", [({"colour": "red"}, counties[0][1])])
    collection("no_features.geojson", [])
    with open("water.csv", "w", encoding="utf-8") as file:
        file.write("行政区划代码,水资源总量(万m3),备注\n540223,100,a\n999999,3,b\n")
    with open("water_gbk.csv", "w", encoding="gbk") as file:
        file.write("行政区划代码,水资源总量(万m3)\n540223,100\n")
    with open("water_twice.csv", "w", encoding="utf-8") as file:
        file.write("行政区划代码,水资源总量\n540223,1\n540223,2\n")
    with open("stations.csv", "w", encoding="utf-8") as file:
        file.write("区站号,站名,经度,纬度,海拔高度\n55591,甲,86.96,28.14,3648.9\n55592,乙,87.5,28.5,4012\n")
    with open("stations_turned.csv", "w", encoding="utf-8") as file:
        file.write("区站号,经度,纬度\n55591,28.14,86.96\n")
    with open("herd.csv", "w", encoding="utf-8") as file:
        file.write("行政区代码,绵羊,牦牛,山羊,马,饲料（吨）\n990101,10000,2000,0,100,36.5\n990102,50000,30000,,,\n")
    with open("grazing.yaml", "w", encoding="utf-8") as file:
        file.write("changes: mnr-2020-01\ntitle: rates of use\nnumbers:\n  liv.edible: {value: 0.9, source: survey, evidence: verified}\n")
        for kind in ["t1", "t2", "t3", "t4", "t5", "t6", "t7", "other"]:
            file.write(f"  liv.use.{kind}: {{value: 0.5, source: survey, evidence: verified}}\n")
    with open("join_unit.yaml", "w", encoding="utf-8") as file:
        file.write("model: join\ninputs:\n  dem: {kind: raster, unit: m, master: true}\n  county: {kind: polygons}\n"
                   "  county_water: {kind: table}\nsteps:\n  total: {step: rasterise, of: county, table: county_water, "
                   "attribute: total_m3, per_area: true, unit: m3}\noutputs: [total]\n")
    with open("quota.csv", "w", encoding="utf-8") as file:
        file.write("行政区代码,用水总量控制指标(万m3),农业用水合理占比(%),生活和工业用水合理占比(%),综合灌溉定额(m3/亩),"
                   "雨养耕地面积(亩),人均需水量,人均城镇建设用地\n"
                   "990101,2000,60,33,400,15000,120,130\n990102,100000,55,30,400,0,120,130\n990103,,55,30,400,,120,130\n")
    with open("quota_shares.csv", "w", encoding="utf-8") as file:
        file.write("行政区代码,用水总量控制指标,农业用水合理占比,生活和工业用水合理占比\n990101,2000,0.8,0.3\n")
    with open("join.yaml", "w", encoding="utf-8") as file:
        file.write("model: join\ninputs:\n  dem: {kind: raster, unit: m, master: true}\n  county: {kind: polygons}\n"
                   "  county_water: {kind: table}\nsteps:\n  total: {step: rasterise, of: county, table: county_water, "
                   "attribute: total_m3, unit: m3}\n  modulus: {step: rasterise, of: county, table: county_water, "
                   "attribute: total_m3, per_area: true, unit: m3/km2}\noutputs: [total, modulus]\n")
    with open("broken.geojson", "w") as file:
        file.write('{"type": "FeatureCollection", "features": [{"type": "Feature", "geom')


def make_shapefile(name, encoding, keep_cpg):
    driver = ogr.GetDriverByName("ESRI Shapefile")
    data = driver.CreateDataSource(f"{name}.shp")
    layer = data.CreateLayer(name, crs("EPSG:4490"), ogr.wkbPolygon, [f"ENCODING={encoding}"])
    layer.CreateField(ogr.FieldDefn("XZQDM", ogr.OFTString))
    layer.CreateField(ogr.FieldDefn("XZQMC", ogr.OFTString))
    feature = ogr.Feature(layer.GetLayerDefn())
    feature["XZQDM"], feature["XZQMC"] = "540223", "定日县"
    x, y = GEO
    text = ", ".join(f"{a} {b}" for a, b in ring(x + 0.01, y - 0.08, x + 0.05, y - 0.01))
    feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON (({text}))"))
    layer.CreateFeature(feature)
    feature = layer = data = None
    if not keep_cpg:
        os.remove(f"{name}.cpg")
        with open(f"{name}.dbf", "r+b") as file:  # the header's own note of the encoding
            file.seek(29)
            file.write(b"\0")


def make_other_vectors():
    make_shapefile("county_gbk", "GBK", True)
    make_shapefile("county_gbk_nocpg", "GBK", False)
    make_shapefile("county_noprj", "UTF-8", True)
    os.remove("county_noprj.prj")
    package = ogr.GetDriverByName("GPKG").CreateDataSource("nan.gpkg")
    layer = package.CreateLayer("nan", crs("EPSG:4490"), ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("code", ogr.OFTString))
    feature = ogr.Feature(layer.GetLayerDefn())
    feature["code"] = "1"
    shape = ogr.CreateGeometryFromWkt("POLYGON ((86 28, 87 28, 87 29, 86 28))")
    shape.GetGeometryRef(0).SetPoint_2D(1, float("nan"), 28)
    feature.SetGeometry(shape)
    layer.CreateFeature(feature)
    two = package.CreateLayer("second", crs("EPSG:4490"), ogr.wkbPoint)
    feature = layer = two = package = None


STATIONS = {"55591": (86.92, 28.18, 4600), "55664": (86.98, 28.13, 4600), "55655": (87.01, 28.19, 4900),
            "55472": (86.95, 28.12, 4700)}


def stations(name, places):
    collection(name, [({"code": code, "name": code, "altitude": z}, {"type": "Point", "coordinates": [x, y]})
                      for code, (x, y, z) in places.items()])


def make_days():
    """Three years of four stations in one atmosphere: 30 degC at sea level in the middle of the year, 6 less a km."""
    first = datetime.date(2018, 1, 1)
    dice = np.random.default_rng(5)
    head = "区站号,日期,平均气温,最高气温,最低气温,降水量,相对湿度(%),平均风速,最大风速\n"
    rows = []
    for code, (_, _, z) in STATIONS.items():
        for i in range(1096):
            day = first + datetime.timedelta(days=i)
            warm = 22 - 10 * np.cos(2 * np.pi * i / 365.25) - 0.006 * z
            rain = 12 * dice.random() if dice.random() < 0.4 and 5 <= day.month <= 9 else 0
            wind = 1 + 6 * dice.random()
            rows.append([code, day, f"{warm:.2f}", f"{warm + 7:.2f}", f"{warm - 7:.2f}", f"{rain:.1f}",
                         int(30 + 40 * dice.random()), f"{wind:.1f}", f"{wind * 2:.1f}"])

    def table(name, rows, head=head):
        with open(name, "w", encoding="utf-8") as file:
            file.write(head + "".join(",".join(str(v) for v in row) + "\n" for row in rows))

    stations("stations.geojson", STATIONS)
    table("daily.csv", rows)
    table("daily_holes.csv", [row[:6] + ([""] if row[1].month == 3 else [row[6]]) + row[7:] for row in rows
                              if not (row[0] == "55591" and row[1].month == 6)])
    table("daily_stranger.csv", rows + [["56000"] + rows[0][1:]])
    table("daily_twice.csv", rows + rows[:1])
    table("daily_tenths.csv", [row[:2] + [f"{float(row[2]) * 10:.0f}"] + row[3:] for row in rows])
    table("daily_mild.csv", [row[:2] + [f"{max(-69, min(50, float(row[2]) * 10)):.0f}"] + row[3:] for row in rows])
    stations("stations_zero.geojson", {**STATIONS, "55591": (0, 0, 4600)})
    stations("stations_swapped.geojson", {**STATIONS, "55591": (28.18, 86.92, 4600)})
    stations("stations_same.geojson", {**STATIONS, "55591": STATIONS["55664"]})
    stations("stations_far.geojson", {**STATIONS, "55591": (110.1, 28.18, 4600)})
    stations("stations_high.geojson", {**STATIONS, "55591": (86.92, 28.18, 460)})
    stations("stations_more.geojson", {**STATIONS, "55000": (86.96, 28.16, None)})
    with open("lapse.yaml", "w", encoding="utf-8") as file:
        file.write("changes: climate\nnumbers:\n"
                   "  clim.lapse: {value: 0.0065, source: decision of the province, evidence: verified}\n")


def make_models():
    models = {
        "not_yaml.yaml": "model: [\n",
        "unknown_step.yaml": "model: m\ninputs:\n  dem: {kind: raster, unit: m, master: true}\nsteps:\n"
                             "  a: {step: slop, of: dem}\noutputs: [a]\n",
        "cycle.yaml": "model: m\ninputs:\n  dem: {kind: raster, unit: m, master: true}\nsteps:\n"
                      "  a: {step: expression, value: b + dem}\n  b: {step: expression, value: a + dem}\noutputs: [a]\n",
        "gap.yaml": "model: m\ninputs:\n  dem: {kind: raster, unit: m, master: true}\nsteps:\n"
                    "  a:\n    step: classify\n    of: dem\n    unit: m\n    classes:\n"
                    "      - {in: \"(-inf, 5)\", class: 1}\n      - {in: \"(5, inf)\", class: 2}\noutputs: [a]\n",
        "needs_silt.yaml": "model: m\ninputs:\n  dem: {kind: raster, unit: m, master: true}\n"
                           "  silt: {kind: raster, unit: fraction}\nsteps:\n"
                           "  a: {step: expression, value: silt * 2}\noutputs: [a]\n",
        "optional_rain.yaml": "model: m\ntitle: {en: Rain and slope, zh: 雨与坡}\ninputs:\n"
                              "  dem: {kind: raster, unit: m, master: true}\n"
                              "  rain: {kind: raster, role: precipitation, unit: mm, optional: true}\nsteps:\n"
                              "  slope: {step: slope, of: dem}\n"
                              "  steep:\n    step: classify\n    of: slope\n    unit: degree\n    classes:\n"
                              "      - {in: \"(-inf, 15]\", class: 1, en: flat, zh: 平}\n"
                              "      - {in: \"(15, inf)\", class: 2, en: steep, zh: 陡}\n"
                              "  wet:\n    step: classify\n    of: rain\n    unit: mm\n    title: {en: wetness, zh: 湿润程度}\n"
                              "    classes:\n"
                              "      - {in: \"(-inf, 350)\", class: 2, en: dry, zh: 干}\n"
                              "      - {in: \"[350, inf)\", class: 1, en: wet, zh: 湿}\n"
                              "  both: {step: combine, by: worst, of: [steep, wet], title: {en: both, zh: 综合}}\n"
                              "outputs:\n  both: both\n",
        "zonal.yaml": "model: m\ninputs:\n  dem: {kind: raster, unit: m, master: true}\n  county: {kind: polygons}\n"
                      "steps:\n  zone: {step: rasterise, of: county, attribute: code, cells: id}\n"
                      "  heights: {step: zonal, of: dem, zones: zone, stats: [count, mean, min, max, area]}\n"
                      "outputs: [zone]\n",
    }
    for name, text in models.items():
        open(name, "w").write(text)
    open("province.yaml", "w").write(
        "changes: mnr-2020-01\nnumbers:\n"
        "  urb.unfit.altitude_m: {value: 5200, source: decision of the province, evidence: verified}\n"
        "  urb.unfit.water: {value: 50000, unit: m3/km2, source: a report, evidence: unverified}\n")
    open("bad_rules.yaml", "w").write(
        "changes: mnr-2020-01\nnumbers:\n"
        "  urb.unfit.altitude: {value: 5200, source: x, evidence: code}\n"
        "  urb.unfit.slope_deg: {value: 20, unit: m, source: x, evidence: code}\n"
        "  agr.unfit.silt: {value: much, source: x, evidence: code}\n")
    open("hostile.yaml", "w").write("model: m\ninputs: &a\n  dem: {kind: raster, unit: m, master: true}\nsteps: *a\n")
    open("deep.yaml", "w").write("a: " + "[" * 3000 + "]" * 3000 + "\n")


def parcels(path, layers, fields, rows, driver="GPKG", options=()):
    """Layers of squares in a row: fields are (name, type, width), rows their values."""
    source = ogr.GetDriverByName(driver).CreateDataSource(path)
    for name in layers:
        layer = source.CreateLayer(name, crs("EPSG:4524"), ogr.wkbPolygon, list(options))
        for field, kind, width in fields:
            definition = ogr.FieldDefn(field, kind)
            definition.SetWidth(width)
            layer.CreateField(definition)
        for i, row in enumerate(rows):
            feature = ogr.Feature(layer.GetLayerDefn())
            for j, value in enumerate(row):
                if value is not None:
                    feature.SetField(j, value)
            x = 36400000 + 10 * i
            feature.SetGeometry(ogr.CreateGeometryFromWkt(
                f"POLYGON(({x} 3000000,{x + 10} 3000000,{x + 10} 3000010,{x} 3000010,{x} 3000000))"))
            layer.CreateFeature(feature)


def make_parcels():
    fields = (("tbmj", ogr.OFTReal, 0), ("地类编码", ogr.OFTString, 5), ("BSM", ogr.OFTString, 18), ("mine", ogr.OFTString, 7))
    rows = [(1.5 * i, "0304", f"99010000000000000{i}", "甲") for i in range(3)]
    parcels("parcels.gpkg", ("地类图斑", "other"), fields, rows)
    parcels("strangers.gpkg", ("one", "other"), fields, rows)
    parcels("long.gpkg", ("DLTB",), (("DLBM", ogr.OFTString, 20), ("TBMJ", ogr.OFTString, 20)),
            [("0304", "12.5"), ("030412345", "12.5")])
    parcels("word.gpkg", ("DLTB",), (("DLBM", ogr.OFTString, 20), ("TBMJ", ogr.OFTString, 20)),
            [("0304", "12.5"), ("0304", "many")])
    parcels("dltb.shp", ("dltb",), (("DLBM", ogr.OFTString, 5), ("TBMJ", ogr.OFTReal, 15)),
            [("0304", 12.5)], "ESRI Shapefile", ["ENCODING=GBK"])
    with zipfile.ZipFile("good.zip", "w") as archive:
        for ending in ("shp", "shx", "dbf", "prj", "cpg"):
            archive.write(f"dltb.{ending}", f"矢量/DLTB.{ending}")
        archive.writestr("矢量/Thumbs.db", "x")
        archive.writestr("__MACOSX/矢量/._DLTB.shp", "x")
        archive.writestr("../out.txt", "x")
        archive.write("parcels.gpkg", "other/xzq.gpkg")
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("DLTB.shp", b"\0" * (100 << 20))


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    os.chdir(sys.argv[1])
    make_dems()
    make_units()
    make_holes()
    make_odd_rasters()
    make_broken_files()
    make_other_rasters()
    make_geojson()
    make_other_vectors()
    make_days()
    make_models()
    make_parcels()
    make_hostile.make("hostile")


if __name__ == "__main__":
    main()
