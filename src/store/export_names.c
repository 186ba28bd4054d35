/* export_names.c: names of fields for formats that keep short ones only. */
#include "export.h"

#include <string.h>
#include <strings.h>

static bool is_taken(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (names[i] && strcasecmp(names[i], name) == 0)
            return true;
    return false;
}

/* As many whole letters of UTF-8 as `room` bytes hold. */
static const char *cut(struct gt_arena *a, const char *name, size_t room)
{
    size_t n = strlen(name);
    if (n <= room)
        return name;
    for (n = room; n > 0 && ((unsigned char)name[n] & 0xC0) == 0x80;)
        n--;
    return gt_strndup(a, name, n);
}

static const char *shorten(struct gt_arena *a, const char *name, size_t room, int number)
{
    if (number == 0)
        return cut(a, name, room);
    const char *end = gt_printf(a, "_%d", number);
    return gt_printf(a, "%s%s", cut(a, name, room - strlen(end)), end);
}

const char *const *gt_export_names(struct gt_exporting *e, const struct gt_features *f, size_t room)
{
    const char **out = GT_TAKE_N(e->a, const char *, f->n_fields + 1);
    struct gt_buf told = {.a = e->a};
    for (size_t i = 0; i < f->n_fields; i++)
        if (strlen(f->field[i]) <= room && !is_taken(out, f->n_fields, f->field[i]))
            out[i] = f->field[i];
    for (size_t i = 0; i < f->n_fields; i++) {
        if (out[i])
            continue;
        const char *name = shorten(e->a, f->field[i], room, 0);
        for (int number = 1; is_taken(out, f->n_fields, name); number++)
            name = shorten(e->a, f->field[i], room, number);
        out[i] = name;
        gt_buf_addf(&told, "%s%s to %s", told.n ? ", " : "", f->field[i], name);
    }
    if (told.n)
        gt_warn(e->w, "%s: the format keeps %zu bytes of a field's name; renamed are %s", e->d->id,
                room, told.p);
    return out;
}
