#!/usr/bin/python3
"""zonal.py GRADE ZONE: how many cells of each grade each zone has, as a planner would count them: GDAL and numpy,
some rows at a time."""
import sys

import numpy as np
from osgeo import gdal

ROWS, GRADES = 512, 8


def main():
    gdal.UseExceptions()
    grade, zone = gdal.Open(sys.argv[1]), gdal.Open(sys.argv[2])
    counts = np.zeros(256 * GRADES, np.int64)
    for y in range(0, grade.RasterYSize, ROWS):
        n = min(ROWS, grade.RasterYSize - y)
        g = grade.ReadAsArray(0, y, grade.RasterXSize, n)
        z = zone.ReadAsArray(0, y, zone.RasterXSize, n)
        counts += np.bincount((z.astype(np.int16) * GRADES + g).ravel(), minlength=counts.size)
    for i in np.flatnonzero(counts):
        if i % GRADES:
            print(i // GRADES, i % GRADES, counts[i])


if __name__ == "__main__":
    main()
