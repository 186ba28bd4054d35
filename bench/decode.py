#!/usr/bin/python3
"""decode.py FILE THREADS: reads all cells of a raster with GDAL and does nothing with them; a handle a thread."""
import sys
import threading

import numpy as np
from osgeo import gdal

ROWS, COLUMNS = 256, 2048


def read_share(path, index, threads):
    raster = gdal.Open(path)
    band = raster.GetRasterBand(1)
    cells = np.empty((ROWS, COLUMNS), np.float32)
    for y in range(index * ROWS, band.YSize, threads * ROWS):
        for x in range(0, band.XSize, COLUMNS):
            h, w = min(ROWS, band.YSize - y), min(COLUMNS, band.XSize - x)
            band.ReadAsArray(x, y, w, h, buf_obj=cells[:h, :w])


def main():
    gdal.UseExceptions()
    gdal.SetCacheMax(64 << 20)
    path, threads = sys.argv[1], int(sys.argv[2])
    workers = [threading.Thread(target=read_share, args=(path, i, threads)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
