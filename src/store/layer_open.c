/* layer_open.c: which layer of a file, in which letters and which coordinate system. */
#include "layer.h"
#include "letters.h"
#include "shapefile.h"

#include "guotu/io.h"

#include <string.h>
#include <strings.h>

/* ---- Letters ---- */

static enum gt_status check_encoding(const char *encoding, struct gt_err *err)
{
    char none[64];
    if (gt_letters_are(encoding, "", none))
        return GT_OK;
    return gt_fail(err, GT_EUSE, "encoding '%.40s': expected a name such as UTF-8, GBK or GB18030",
                   encoding);
}

static const char *item(const struct gt_layer *l, const char *key)
{
    const char *v = l->gdal->GDALGetMetadataItem(l->ogr, key, "SHAPEFILE");
    return v ? v : "";
}

/* A shapefile says its encoding in a .cpg or by a mark in the .dbf; the mark "ANSI" says nothing.
 */
bool gt_layer_encoding_known(const struct gt_layer *l)
{
    if (strcmp(l->file->driver, "ESRI Shapefile") != 0 || item(l, "ENCODING_FROM_CPG")[0])
        return true;
    const char *mark = item(l, "LDID_VALUE");
    return item(l, "ENCODING_FROM_LDID")[0] && strcmp(mark, "87") != 0;
}

/* Counts texts with other letters than those of ASCII: as UTF-8, and others. */
static void count_letters(const struct gt_layer *l, int64_t *utf8, int64_t *other)
{
    const struct gt_gdal *gdal = l->gdal;
    OGRFeatureDefnH defn = gdal->OGR_L_GetLayerDefn(l->ogr);
    int fields = gdal->OGR_FD_GetFieldCount(defn), left = 2000;
    *utf8 = *other = 0;
    gdal->OGR_L_ResetReading(l->ogr);
    for (OGRFeatureH f = NULL;;) {
        for (int i = 0; i < fields; i++) {
            OGRFieldDefnH fd = gdal->OGR_FD_GetFieldDefn(defn, i);
            if (f && gdal->OGR_Fld_GetType(fd) != OFTString)
                continue;
            const char *text =
                f ? gdal->OGR_F_GetFieldAsString(f, i) : gdal->OGR_Fld_GetNameRef(fd);
            size_t n = strlen(text), plain = 0;
            while (plain < n && (unsigned char)text[plain] < 0x80)
                plain++;
            if (plain < n)
                ++*(gt_is_utf8(text, n) ? utf8 : other);
        }
        if (f)
            gdal->OGR_F_Destroy(f);
        f = left-- > 0 ? gdal->OGR_L_GetNextFeature(l->ogr) : NULL;
        if (!f)
            break;
    }
    gdal->OGR_L_ResetReading(l->ogr);
}

void gt_layer_guess_letters(struct gt_layer *l)
{
    int64_t utf8, other;
    count_letters(l, &utf8, &other);
    /* A few short texts in GBK also are UTF-8, and UTF-8 may be cut off within a letter. */
    l->guess = other > 0 && other >= utf8 ? "GB18030" : "UTF-8";
    if (utf8 + other)
        gt_warn(l->w,
                "%s: no .cpg says the encoding of its texts; by their bytes they are read as %s",
                l->file->path, l->guess);
}

/* ---- Which layer ---- */

/* A table wants sheets that hold something; everything else wants geometries. */
static bool is_wanted(const struct gt_layer *l, OGRLayerH layer)
{
    OGRFeatureDefnH defn = l->gdal->OGR_L_GetLayerDefn(layer);
    if (l->table)
        return l->gdal->OGR_FD_GetFieldCount(defn) > 0;
    return l->gdal->OGR_FD_GetGeomFieldCount(defn) > 0;
}

/* The layers that are wanted: their number, the last of them, and their names. */
static int count_layers(const struct gt_layer *l, OGRLayerH *last, struct gt_buf *names)
{
    int n = l->gdal->GDALDatasetGetLayerCount(l->file->ds), found = 0;
    for (int i = 0; i < n; i++) {
        OGRLayerH layer = l->gdal->GDALDatasetGetLayer(l->file->ds, i);
        if (!layer || !is_wanted(l, layer))
            continue;
        if (found < 20)
            gt_buf_addf(names, "%s%s", found ? ", " : "", l->gdal->OGR_L_GetName(layer));
        *last = layer;
        found++;
    }
    return found;
}

/* The layer that goes by the code, an alias or the title of the standard's; NULL: none, or no
 * standard. */
static OGRLayerH find_standard(const struct gt_layer *l)
{
    const struct gt_standard_layer *s = l->in->role ? l->in->role->standard : NULL;
    int n = l->gdal->GDALDatasetGetLayerCount(l->file->ds);
    for (int i = 0; s && i < n; i++) {
        OGRLayerH layer = l->gdal->GDALDatasetGetLayer(l->file->ds, i);
        if (!layer || !is_wanted(l, layer))
            continue;
        const char *name = l->gdal->OGR_L_GetName(layer);
        bool fits = strcasecmp(name, s->code) == 0 || strcmp(name, s->title) == 0;
        for (size_t j = 0; !fits && j < s->n_aliases; j++)
            fits = strcasecmp(name, s->alias[j]) == 0;
        if (fits)
            return layer;
    }
    return NULL;
}

static enum gt_status choose_layer(struct gt_layer *l, struct gt_err *err)
{
    struct gt_buf names = {.a = l->a};
    const char *what = l->table ? "sheet with a heading" : "layer with geometries";
    OGRLayerH last = NULL;
    int n = count_layers(l, &last, &names);
    if (l->in->layer) {
        l->ogr = l->gdal->GDALDatasetGetLayerByName(l->file->ds, l->in->layer);
        if (!l->ogr || !is_wanted(l, l->ogr))
            return gt_fail(err, GT_EINPUT, "%s: expected a %s '%s', found %s", l->file->path,
                           l->table ? "sheet" : "layer", l->in->layer,
                           n          ? names.p
                           : l->table ? "none that holds anything"
                                      : "none with geometries");
    } else if (n == 1) {
        l->ogr = last;
    } else if (n > 1 && find_standard(l)) {
        l->ogr = find_standard(l);
    } else {
        return gt_fail(err, GT_EINPUT, "%s: expected one %s, found %s%s%s", l->file->path, what,
                       n ? "several: " : "none", n ? names.p : "",
                       n ? "; name one with --file-layer" : "");
    }
    l->name = gt_strdup(l->a, l->gdal->OGR_L_GetName(l->ogr));
    return GT_OK;
}

static enum gt_status open_with(struct gt_layer *l, const char *encoding, struct gt_err *err)
{
    static const char *const of_csv[] = {"HEADERS=YES", "AUTODETECT_TYPE=NO",
                                         "EMPTY_STRING_AS_NULL=YES", NULL};
    const char *const options[] = {encoding ? gt_printf(l->a, "ENCODING=%s", encoding) : NULL,
                                   NULL};
    bool csv = l->table && gt_ends(l->in->files[0], "csv");
    struct gt_outside_opt opt = {.options = csv ? of_csv : options,
                                 .kind = l->table ? GT_OUTSIDE_TABLE : GT_OUTSIDE_VECTOR};
    opt.own = !l->table;
    opt.encoding = l->in->encoding;
    opt.work = l->w;
    GT_TRY(gt_outside_open(l->t->s, l->a, l->in->files[0], &opt, &l->file, err));
    return choose_layer(l, err);
}

/* What a shapefile cannot be read without, and what would be lost in silence. */
static enum gt_status check_sides(struct gt_layer *l, struct gt_err *err)
{
    const char *path = l->in->files[0], *dot = strrchr(gt_path_base(path), '.');
    if (!dot || strcasecmp(dot, ".shp") != 0 || !gt_is_shapefile(path))
        return GT_OK;
    const char *dbf = gt_file_beside(l->a, path, ".dbf");
    const char *fault = dbf ? gt_dbf_fault(l->a, dbf) : NULL;
    if (!gt_file_beside(l->a, path, ".shx"))
        return gt_fail(err, GT_EINPUT, "%s: expected a .shx file beside it, found none", path);
    if (fault)
        return gt_fail(err, GT_EINPUT, "%s: %s", dbf, fault);
    if (!dbf)
        gt_warn(l->w, "%s: there is no .dbf file beside it, so features have no attributes", path);
    return GT_OK;
}

enum gt_status gt_layer_open(struct gt_layer *l, struct gt_err *err)
{
    if (l->in->n_files != 1)
        return gt_fail(err, GT_EUSE, "expected one file for a %s, found %zu",
                       l->table ? "table" : "vector layer", l->in->n_files);
    GT_TRY(gt_gdal_get(&l->gdal, err));
    if (l->in->encoding)
        GT_TRY(check_encoding(l->in->encoding, err));
    GT_TRY(check_sides(l, err));
    GT_TRY(open_with(l, l->in->encoding, err));
    bool shapefile = strcmp(l->file->driver, "ESRI Shapefile") == 0;
    if (l->in->encoding && !shapefile && !l->file->own && strcmp(l->file->driver, "CSV") != 0)
        gt_warn(l->w, "%s: %s files are always UTF-8; the encoding given is not used",
                l->file->path, l->file->driver);
    if (!l->in->encoding && !gt_layer_encoding_known(l)) {
        l->raw = true;
        GT_TRY(open_with(l, "", err));
        gt_layer_guess_letters(l);
    }
    if (l->table)
        return GT_OK;
    return gt_outside_crs(l->a, l->file, l->gdal->OGR_L_GetSpatialRef(l->ogr), l->in, &l->crs, err);
}

enum gt_status gt_layer_fingerprint(struct gt_layer *l, char hash[static GT_HASH_TEXT],
                                    struct gt_err *err)
{
    const char *wanted = l->in->fingerprint;
    gt_outside_hash(&l->file, 1, hash);
    if (wanted && strcmp(wanted, hash) != 0)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected the file with the fingerprint %s, found it changed (%s)",
                       l->file->path, wanted, hash);
    return GT_OK;
}
