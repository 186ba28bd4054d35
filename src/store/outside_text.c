/* outside_text.c: layers of texts that own readers take: coordinate texts, VCT, tables with
 * coordinates. */
#include "outside_text.h"
#include "outside_layers.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MOST ((size_t)2 << 30) /* bytes of a text */
#define HEAD 4096

/* The own formats: by the name's ending, and by the first bytes where `is` is given. The first that
 * fits reads the file; where it says GT_ENOTFOUND the next does. */
static const struct {
    const char *ending;
    bool (*is)(struct gt_str head);
    enum gt_status (*read)(struct gt_arena *a, struct gt_str bytes, const struct gt_text_opt *opt,
                           struct gt_text *out, struct gt_err *err);
} formats[] = {
    {".vct", NULL, gt_text_vct},
    {".txt", gt_text_is_vct, gt_text_vct},
    {".txt", gt_text_is_parcels, gt_text_parcels},
    {".csv", NULL, gt_text_csv},
    {".tsv", NULL, gt_text_csv},
};

static bool ends_as(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);
    return n >= m && strcasecmp(path + n - m, ending) == 0;
}

static void add_layers(struct gt_outside_set *set, const struct gt_text *t)
{
    const struct gt_crs *crs = gt_outside_set_crs(set, t->crs);
    for (size_t i = 0; i < t->n; i++) {
        struct gt_text_layer *from = &t->v[i];
        from->shapes.crs = crs;
        struct gt_layer_source *source = GT_TAKE(set->a, struct gt_layer_source);
        *source = *gt_layer_of(set->a, from->name, &from->f);
        source->file = set->path;
        *GT_PUSH(set->a, &set->layer) = source;
    }
}

/* The first bytes of the file. */
static struct gt_str head_of(struct gt_arena *a, const char *path)
{
    char *head = GT_TAKE_N(a, char, HEAD + 1);
    FILE *f = fopen(path, "rbe");
    size_t n = f ? fread(head, 1, HEAD, f) : 0;
    if (f)
        fclose(f);
    return (struct gt_str){head, n};
}

bool gt_outside_text_has_shapes(const char *path)
{
    GT_AUTO_ARENA a = gt_arena_new();
    return (ends_as(path, ".csv") || ends_as(path, ".tsv")) && gt_text_is_shapes(head_of(a, path));
}

enum gt_status gt_outside_text_read(struct gt_arena *a, const char *path,
                                    const struct gt_text_opt *opt, struct gt_text *out,
                                    struct gt_err *err)
{
    struct gt_str bytes = {0}, head = {0};
    for (size_t i = 0; i < GT_LEN(formats); i++) {
        if (!ends_as(path, formats[i].ending))
            continue;
        if (!head.p)
            head = head_of(a, path);
        if (formats[i].is && !formats[i].is(head))
            continue;
        if (!bytes.p)
            GT_TRY(gt_file_get(a, path, MOST, &bytes, err));
        enum gt_status status = formats[i].read(a, bytes, opt, out, err);
        if (status != GT_ENOTFOUND)
            return status;
    }
    return gt_fail(err, GT_ENOTFOUND, "%s: expected a text with coordinates, found another one",
                   opt->file);
}

enum gt_status gt_outside_by_text(struct gt_outside_set *set, struct gt_err *err)
{
    struct gt_text text = {0};
    const struct gt_text_opt opt = {set->path, set->how.encoding, set->w};
    GT_TRY(gt_outside_text_read(set->a, set->path, &opt, &text, err));
    add_layers(set, &text);
    return GT_OK;
}
