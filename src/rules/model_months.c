/* model_months.c: series of twelve months: one input or step that is written once and stands for
 * twelve, before anything else is read. */
#include "model_int.h"

#include <string.h>

enum { MONTHS = 12 };

const char *rules_in_month(struct gt_arena *a, const char *text, int month)
{
    struct gt_buf b = {.a = a};
    if (!text || !strchr(text, '@'))
        return text;
    for (const char *p = text; *p; p++)
        if (*p == '@')
            gt_buf_addf(&b, "%02d", month);
        else
            gt_buf_addn(&b, p, 1);
    return b.p;
}

static struct gt_yaml *copy_for(struct gt_arena *a, const struct gt_yaml *y, int month)
{
    struct gt_yaml *copy = GT_TAKE(a, struct gt_yaml), **end = &copy->child;
    *copy = *y;
    copy->key = rules_in_month(a, y->key, month);
    copy->text = rules_in_month(a, y->text, month);
    copy->next = NULL;
    copy->child = NULL;
    for (const struct gt_yaml *c = y->child; c; c = c->next) {
        *end = copy_for(a, c, month);
        end = &(*end)->next;
    }
    return copy;
}

static bool has_key(const struct gt_yaml *y, const char *key)
{
    return y->kind == GT_YAML_MAP && gt_yaml_find(y, key);
}

/* The twelve that `y` stands for, linked; its role is that of the month too. */
static struct gt_yaml *twelve(struct gt_arena *a, const struct gt_yaml *y, struct gt_yaml **last)
{
    struct gt_yaml *first = NULL, **end = &first;
    for (int month = 1; month <= MONTHS; month++) {
        struct gt_yaml *one = copy_for(a, y, month);
        struct gt_yaml *role = has_key(one, "role") ? gt_yaml_find(one, "role") : NULL;
        one->key = gt_printf(a, "%s_%02d", y->key, month);
        if (role)
            role->text = gt_printf(a, "%s_%02d", role->text, month);
        *end = *last = one;
        end = &one->next;
    }
    return first;
}

/* An item of a list with @ in it stands for twelve items. */
static void expand_lists(struct gt_arena *a, struct gt_yaml *y)
{
    for (struct gt_yaml **c = &y->child; *c; c = &(*c)->next) {
        const struct gt_yaml *item = *c;
        expand_lists(a, *c);
        if (y->kind != GT_YAML_SEQ || item->kind != GT_YAML_SCALAR || !strchr(item->text, '@'))
            continue;
        struct gt_yaml *last = copy_for(a, item, MONTHS), *rest = item->next;
        last->next = rest;
        for (int month = MONTHS - 1; month >= 1; month--) {
            struct gt_yaml *one = copy_for(a, item, month);
            one->next = *c == item ? last : *c;
            *c = one;
        }
        y->n += MONTHS - 1;
        while ((*c)->next != rest)
            c = &(*c)->next;
    }
}

static enum gt_status months_of(const struct gt_yaml *y, const char *key, bool *out,
                                struct gt_err *err)
{
    *out = false;
    if (!has_key(y, key))
        return GT_OK;
    if (strcmp(key, "months") == 0)
        return rules_bool(y, key, out, err);
    int i;
    *out = true;
    return rules_choice(gt_yaml_find(y, key), key, "months", &i, err);
}

static enum gt_status expand_part(struct gt_arena *a, const struct gt_yaml *root, const char *part,
                                  const char *key, struct gt_err *err)
{
    struct gt_yaml *map = gt_yaml_find(root, part);
    if (!map || map->kind != GT_YAML_MAP)
        return GT_OK;
    for (struct gt_yaml **c = &map->child; *c; c = &(*c)->next) {
        bool monthly;
        struct gt_yaml *y = *c, *last = y, *rest = y->next;
        GT_TRY(months_of(y, key, &monthly, err));
        if (!monthly) {
            expand_lists(a, y);
            continue;
        }
        rules_drop_member(y, key);
        *c = twelve(a, y, &last);
        last->next = rest;
        map->n += MONTHS - 1;
        while (*c != last)
            c = &(*c)->next;
    }
    return GT_OK;
}

enum gt_status rules_expand_months(struct gt_arena *a, const struct gt_yaml *root,
                                   struct gt_err *err)
{
    GT_TRY(expand_part(a, root, "inputs", "months", err));
    return expand_part(a, root, "steps", "each", err);
}
