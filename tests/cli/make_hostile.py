"""make_hostile.py: layers and files that are wrong in one way each, around one parcel that is right."""
import os
import shutil
import sqlite3
import struct
import zipfile

from osgeo import ogr, osr

X, Y = 36400000, 3000000
FIELDS = (("BSM", ogr.OFTString, 18), ("YSDM", ogr.OFTString, 10), ("DLBM", ogr.OFTString, 5), ("DLMC", ogr.OFTString, 60),
          ("TBMJ", ogr.OFTReal, 0))
ROW = {"BSM": "990100241000000001", "YSDM": "2001010100", "DLBM": "0307", "DLMC": "其他林地", "TBMJ": 99.8}


def crs(code):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(code)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def ring(points):
    """Offsets in metres as the text of a ring."""
    return "(" + ",".join(f"{X + x} {Y + y}" for x, y in points) + ")"


def square(x, y, side=10):
    return ring([(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)])


def write(path, rows, driver="GPKG", name="DLTB", fields=FIELDS, kind=ogr.wkbUnknown, code=4524, options=()):
    """rows: values, and a geometry as text (None: NULL)."""
    source = ogr.GetDriverByName(driver).CreateDataSource(path)
    layer = source.CreateLayer(name, crs(code), kind, list(options))
    for field, type_, width in fields:
        definition = ogr.FieldDefn(field, type_)
        definition.SetWidth(width)
        layer.CreateField(definition)
    for values, shape in rows:
        feature = ogr.Feature(layer.GetLayerDefn())
        for field, value in values.items():
            if value is not None:
                feature.SetField(field, value)
        if shape is not None:
            feature.SetGeometry(shape if isinstance(shape, ogr.Geometry) else ogr.CreateGeometryFromWkt(shape))
        layer.CreateFeature(feature)
        feature = None
    layer = source = None


def second(**changes):
    return {**ROW, "BSM": "990100241000000002", **changes}


GOOD = (ROW, f"POLYGON({square(0, 0)})")
SHAPES = {
    "good": f"POLYGON({square(10, 0)})",
    "zero_area": "POLYGON(" + ring([(10, 0), (20, 0), (30, 0), (10, 0)]) + ")",
    "touching": "POLYGON(" + ring([(10, 0), (20, 5), (30, 0), (30, 10), (20, 5), (10, 10), (10, 0)]) + ")",
    "bowtie": "POLYGON(" + ring([(10, 0), (20, 10), (20, 0), (10, 10), (10, 0)]) + ")",
    "hole_outside": f"POLYGON({square(10, 0)},{square(40, 2, 3)})",
    "hole_larger": f"POLYGON({square(12, 2, 3)},{square(10, 0)})",
    "spike": "POLYGON(" + ring([(10, 0), (20, 0), (20, 10), (15, 10), (15, 30), (15, 10), (10, 10), (10, 0)]) + ")",
    "empty": "POLYGON EMPTY",
    "null": None,
    "z": f"POLYGON Z(({X + 10} {Y} 1,{X + 20} {Y} 2,{X + 20} {Y + 10} 3,{X + 10} {Y + 10} 4,{X + 10} {Y} 1))",
    "m": f"POLYGON M(({X + 10} {Y} 1,{X + 20} {Y} 2,{X + 20} {Y + 10} 3,{X + 10} {Y + 10} 4,{X + 10} {Y} 1))",
    "zm": f"POLYGON ZM(({X + 10} {Y} 1 1,{X + 20} {Y} 2 1,{X + 20} {Y + 10} 3 1,{X + 10} {Y + 10} 4 1,{X + 10} {Y} 1 1))",
    "curved": f"CURVEPOLYGON(CIRCULARSTRING({X + 10} {Y},{X + 20} {Y + 10},{X + 10} {Y}))",
    "collection": f"GEOMETRYCOLLECTION(POLYGON({square(10, 0)}),POINT({X} {Y}))",
    "line": f"LINESTRING({X + 10} {Y},{X + 20} {Y + 10})",
    "multipart": f"MULTIPOLYGON(({square(10, 0)}),({square(40, 0)}))",
    "same_place": f"POLYGON({square(0, 0)})",
    "far": "POLYGON((1e300 0,1e300 1,-1e300 1,1e300 0))",
    "few_points": "POLYGON(" + ring([(10, 0), (20, 0), (10, 0)]) + ")",
    "one_point": "POLYGON(" + ring([(10, 0), (10, 0), (10, 0), (10, 0)]) + ")",
}


def change_blob(path, change):
    """The second feature's geometry as bytes, changed behind the library's back."""
    write(path, [GOOD, (second(), SHAPES["good"])])
    base = sqlite3.connect(path)
    for trigger, in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{trigger}"')
    whole, = base.execute("SELECT geom FROM DLTB WHERE fid = 2").fetchone()
    base.execute("UPDATE DLTB SET geom = ? WHERE fid = 2", (change(whole, len(whole) - 93),))
    base.commit()
    base.close()


def make_geometries():
    for name, text in SHAPES.items():
        write(f"{name}.gpkg", [GOOD, (second(), text)])
    nan = ogr.CreateGeometryFromWkt(SHAPES["good"])
    nan.GetGeometryRef(0).SetPoint_2D(1, float("nan"), Y)
    write("nan.gpkg", [GOOD, (second(), nan)])
    write("unclosed.gpkg", [GOOD, (second(), "POLYGON(" + ring([(10, 0), (20, 0), (20, 10), (10, 10)]) + ")")])
    write("180.gpkg", [(ROW, "POLYGON((179.9 30,180 30,180 30.1,179.9 30.1,179.9 30))"),
                         (second(), "POLYGON((179.9 31,-179.9 31,-179.9 31.1,179.9 31.1,179.9 31))")], code=4490)
    write("beyond_180.gpkg", [(ROW, "POLYGON((179.9 30,180.1 30,180.1 30.1,179.9 30.1,179.9 30))")], code=4490)
    # The WKB of a ring of five points begins at `at`: order, type, number of rings, number of points.
    change_blob("infinite.gpkg", lambda blob, at: blob[:at + 29] + struct.pack("<d", float("inf")) + blob[at + 37:])
    change_blob("wkb_rubbish.gpkg", lambda blob, at: b"\x00\x11\x22\x33")
    change_blob("wkb_cut.gpkg", lambda blob, at: blob[:-30])
    change_blob("wkb_counts.gpkg", lambda blob, at: blob[:at + 9] + struct.pack("<I", 0xFFFFFFF0) + blob[at + 13:])


def make_attributes():
    good = SHAPES["good"]
    other = (("BSM", ogr.OFTInteger64, 0), ("YSDM", ogr.OFTString, 10), ("DLBM", ogr.OFTInteger, 0), ("DLMC", ogr.OFTString, 60),
             ("TBMJ", ogr.OFTString, 20))
    write("types.gpkg", [({**ROW, "DLBM": 307, "TBMJ": "99.8"}, GOOD[1])], fields=other)
    wide = tuple((name, kind, 0) for name, kind, _ in FIELDS)
    write("long.gpkg", [GOOD, (second(DLBM="0307123", DLMC="长" * 61), good)], fields=wide)
    write("pair.gpkg", [GOOD, (second(DLMC="水田"), good)])
    write("twice.gpkg", [GOOD, (ROW, good)])
    write("domain.gpkg", [GOOD, (second(DLBM="9999", DLMC="无"), good)])
    write("zero_byte.gpkg", [GOOD, (second(DLMC="其他\x01林地"), good)])
    write("not_finite.gpkg", [GOOD, (second(TBMJ=float("inf")), good)])


def make_shapefile(stem, code=4524):
    write(f"{stem}.shp", [GOOD, (second(), SHAPES["good"])], "ESRI Shapefile", stem, kind=ogr.wkbPolygon, code=code,
          options=["ENCODING=UTF-8"])


def cut(path, keep):
    with open(path, "rb") as file:
        whole = file.read()
    with open(path, "wb") as file:
        file.write(whole[:keep if keep >= 0 else len(whole) + keep])


def make_files():
    for stem in ("dbf_cut", "dbf_gone", "dbf_head", "shx_gone", "shp_cut", "shp_empty", "shp_counts", "prj_wrong"):
        make_shapefile(stem)
    cut("dbf_cut.dbf", -40)
    cut("dbf_head.dbf", 20)
    os.remove("dbf_gone.dbf")
    os.remove("shx_gone.shx")
    cut("shp_cut.shp", -50)
    cut("shp_empty.shp", 0)
    with open("shp_counts.shp", "r+b") as file:
        file.seek(100 + 8 + 36)  # the first record's number of parts
        file.write(struct.pack("<i", 0x7FFFFFF0))
    with open("prj_wrong.prj", "w") as file:
        file.write("no reference system")
    base = sqlite3.connect("plain.gpkg")
    base.execute("CREATE TABLE DLTB (BSM TEXT)")
    base.commit()
    base.close()
    shutil.copyfile("good.gpkg", "gpkg_cut.gpkg")
    cut("gpkg_cut.gpkg", 60000)
    os.makedirs("folder.gdb")
    with open("folder.gdb/a00000001.gdbtable", "wb") as file:
        file.write(b"\x03" * 50)


def make_folders():
    """A layer in two files, and archives."""
    os.makedirs("two/a")
    os.makedirs("two/b")
    write("two/a/DLTB.gpkg", [GOOD])
    write("two/b/DLTB.shp", [(second(), SHAPES["good"])], "ESRI Shapefile", kind=ogr.wkbPolygon, options=["ENCODING=UTF-8"])
    with zipfile.ZipFile("two.zip", "w") as archive:
        for folder in ("a", "b"):
            for name in sorted(os.listdir(f"two/{folder}")):
                archive.write(f"two/{folder}/{name}", f"{folder}/{name}")
    with zipfile.ZipFile("climb.zip", "w") as archive:
        archive.write("good.gpkg", "DLTB.gpkg")
        for name in ("../out.txt", "/tmp/guotu_out.txt", "a/../../out.txt", "..\\out.txt", "C:\\out.txt"):
            archive.writestr(name, "x")
        link = zipfile.ZipInfo("link.gpkg")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with zipfile.ZipFile("only_climb.zip", "w") as archive:
        archive.write("good.gpkg", "../DLTB.gpkg")
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write("good.gpkg", "DLTB.gpkg")
        archive.writestr("DLTB.shp", b"\0" * (100 << 20))
    with zipfile.ZipFile("nested.zip", "w") as archive:
        archive.write("two.zip", "inner.zip")
    shutil.copyfile("two.zip", "zip_cut.zip")
    cut("zip_cut.zip", -200)


def make(folder):
    os.makedirs(folder)
    before = os.getcwd()
    os.chdir(folder)
    make_geometries()
    make_attributes()
    make_files()
    make_folders()
    os.chdir(before)
