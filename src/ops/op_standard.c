/* op_standard.c: looking things up in the data standards: classes, their map, layers, fields, code
 * lists, units, and the tables with their sources. */
#include "ops_int.h"

#include "guotu/io.h"
#include "guotu/standard.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct look {
    struct gt_call *c;
    const struct gt_standard *s;
    const char *of; /* the second word; NULL: none */
    struct gt_table *t;
    const char *source, *note; /* of what is shown; "" */
    enum gt_evidence evidence;
};

/* A table of texts: name, title in English, in Chinese. */
struct head {
    const char *name, *en, *zh;
};
static void begin(struct look *k, const struct head *h, size_t n)
{
    struct gt_col cols[16];
    for (size_t i = 0; i < n; i++)
        cols[i] = (struct gt_col){
            .name = h[i].name, .title = {h[i].en, h[i].zh}, .unit = "", .kind = GT_COL_TEXT};
    k->t = gt_table_new(k->c->a, cols, n);
}

static void row(struct look *k, const char *const *cell)
{
    size_t r = gt_table_add_row(k->t);
    for (size_t i = 0; i < gt_table_cols(k->t); i++)
        gt_table_set_text(k->t, r, i, cell[i] ? cell[i] : "");
}

static void basis(struct look *k, const char *file)
{
    for (size_t i = 0; i < k->s->n_tables; i++)
        if (strcmp(k->s->table[i].file, file) == 0) {
            k->source = k->s->table[i].source;
            k->note = k->s->table[i].note;
            k->evidence = k->s->table[i].evidence;
        }
}

/* "a;b" */
static const char *join(struct gt_arena *a, const char *const *v, size_t n)
{
    struct gt_buf b = {.a = a};
    for (size_t i = 0; i < n; i++)
        gt_buf_addf(&b, "%s%s", i ? ";" : "", v[i]);
    return b.p ? b.p : "";
}

static const char *number(struct gt_arena *a, int v)
{
    return v ? gt_printf(a, "%d", v) : "";
}

static const char *flag(enum gt_constraint c)
{
    static const char *const name[] = {"M", "C", "O"};
    return name[c];
}

/* ---- What there is to see -------------------------------------------------------------------- */

static enum gt_status show_classes(struct look *k, struct gt_err *err)
{
    static const struct head h[] = {{"system", "system", "体系"},   {"code", "code", "编码"},
                                    {"name", "name", "名称"},       {"parent", "parent", "上级"},
                                    {"big", "big class", "三大类"}, {"colour", "colour", "颜色"}};
    bool found = false;
    begin(k, h, GT_LEN(h));
    for (size_t i = 0; i < k->s->n_systems; i++) {
        const struct gt_land_system *y = &k->s->system[i];
        if (k->of && strcmp(k->of, y->id) != 0)
            continue;
        found = true;
        k->source = y->source;
        k->note = y->note;
        k->evidence = y->evidence;
        for (size_t j = 0; j < y->n; j++) {
            const struct gt_land_class *v = &y->v[j];
            const char *rgb = v->rgb < 0 ? "" : gt_printf(k->c->a, "#%06x", (unsigned)v->rgb);
            const char *big = v->big ? gt_big_class_title(v->big, k->c->lang) : "";
            row(k, (const char *const[]){y->id, v->code, v->name, v->parent, big, rgb});
        }
    }
    if (!found)
        return gt_fail(err, GT_ENOTFOUND,
                       "standard classes: expected sandiao or planning2023, found '%.60s'", k->of);
    return GT_OK;
}

static enum gt_status show_map(struct look *k, struct gt_err *err)
{
    static const struct head h[] = {
        {"from", "survey class", "三调地类"},     {"from_name", "name", "名称"},
        {"to", "planning class", "用地用海分类"}, {"to_name", "name", "名称"},
        {"decided", "decided", "是否确定"},       {"candidates", "candidates", "可选"}};
    begin(k, h, GT_LEN(h));
    basis(k, "class-map.csv");
    for (size_t i = 0; i < k->s->n_maps; i++) {
        const struct gt_land_map *m = &k->s->map[i];
        const char *decided =
            m->split ? OPS_SAY(k->c, "to be decided", "待定") : OPS_SAY(k->c, "yes", "确定");
        if (k->of && strcmp(k->of, m->from) != 0)
            continue;
        row(k, (const char *const[]){m->from, gt_land_class(k->s, "sandiao", m->from)->name, m->to,
                                     gt_land_class(k->s, "planning2023", m->to)->name, decided,
                                     join(k->c->a, m->candidate, m->n_candidates)});
    }
    if (gt_table_rows(k->t) > 0)
        return GT_OK;
    return gt_fail(err, GT_ENOTFOUND, "standard map: no survey class '%.60s' is mapped", k->of);
}

static const char *shape_name(enum gt_standard_shape s)
{
    static const char *const name[] = {"point", "line", "polygon", "table", "other"};
    return name[s];
}

static void layer_row(struct look *k, const struct gt_standard_layer *l, const char *constraint)
{
    struct gt_arena *a = k->c->a;
    row(k, (const char *const[]){l->code, l->title, l->group, shape_name(l->shape), constraint,
                                 number(a, (int)l->n_fields), l->covers ? "yes" : "",
                                 join(a, l->alias, l->n_aliases), l->doubtful ? "yes" : ""});
}

static enum gt_status no_set(struct look *k, struct gt_err *err)
{
    struct gt_buf there = {.a = k->c->a};
    for (size_t i = 0; i < k->s->n_sets; i++)
        gt_buf_addf(&there, "%s%s", i ? ", " : "", k->s->set[i].id);
    return gt_fail(err, GT_ENOTFOUND, "standard layers: no set '%.60s'; there are: %s", k->of,
                   there.p);
}

static enum gt_status show_layers(struct look *k, struct gt_err *err)
{
    static const struct head h[] = {{"code", "code", "代码"},
                                    {"title", "title", "名称"},
                                    {"group", "group", "类别"},
                                    {"shape", "shape", "几何"},
                                    {"constraint", "M/C/O", "约束"},
                                    {"fields", "fields", "字段数"},
                                    {"covers", "covers", "全覆盖"},
                                    {"aliases", "also", "别名"},
                                    {"doubtful", "doubtful title", "名称存疑"}};
    begin(k, h, GT_LEN(h));
    basis(k, k->of ? "sets.csv" : "layers.csv");
    for (size_t i = 0; !k->of && i < k->s->n_layers; i++)
        layer_row(k, &k->s->layer[i], "");
    if (!k->of)
        return GT_OK;
    for (size_t i = 0; i < k->s->n_sets; i++) {
        const struct gt_layer_set *set = &k->s->set[i];
        if (strcmp(set->id, k->of) != 0)
            continue;
        for (size_t j = 0; j < set->n; j++)
            layer_row(k, gt_standard_layer(k->s, set->v[j].code),
                      set->v[j].said ? flag(set->v[j].constraint) : "");
        return GT_OK;
    }
    return no_set(k, err);
}

static const char *range(struct gt_arena *a, const struct gt_standard_field *f)
{
    char lo[32] = "", hi[32] = "";
    if (isinf(f->lo) && isinf(f->hi))
        return "";
    if (!isinf(f->lo))
        gt_fmt_num(f->lo, lo);
    if (!isinf(f->hi))
        gt_fmt_num(f->hi, hi);
    return gt_printf(a, "%s%s,%s%s", f->lo_closed ? "[" : "(", lo, hi, f->hi_closed ? "]" : ")");
}

static void field_rows(struct look *k, const struct gt_standard_layer *l)
{
    static const char *const type[] = {"char", "int", "float", "date"};
    struct gt_arena *a = k->c->a;
    for (size_t i = 0; i < l->n_fields; i++) {
        const struct gt_standard_field *f = &l->field[i];
        const char *domain = f->domain ? f->domain->id : f->land;
        row(k,
            (const char *const[]){l->group, f->code, f->title, type[f->type], number(a, f->length),
                                  number(a, f->decimals), flag(f->constraint), range(a, f), domain,
                                  f->name_of, join(a, f->alias, f->n_aliases), f->note});
    }
}

static enum gt_status show_fields(struct look *k, struct gt_err *err)
{
    static const struct head h[] = {
        {"group", "group", "类别"},        {"code", "code", "代码"},
        {"title", "title", "名称"},        {"type", "type", "类型"},
        {"length", "length", "长度"},      {"decimals", "decimals", "小数"},
        {"constraint", "M/C/O", "约束"},   {"range", "range", "值域"},
        {"domain", "code list", "代码表"}, {"name_of", "name of", "对应代码字段"},
        {"aliases", "also", "别名"},       {"note", "note", "说明"}};
    begin(k, h, GT_LEN(h));
    if (!k->of)
        return gt_fail(err, GT_EUSE, "standard fields: expected a layer's code, found none");
    const struct gt_standard_layer *l = gt_standard_layer(k->s, k->of);
    if (!l)
        return gt_fail(err, GT_ENOTFOUND,
                       "standard fields: no layer '%.60s'; see 'guotu standard layers'", k->of);
    basis(k, "fields.csv");
    for (size_t i = 0; i < k->s->n_layers; i++)
        if (strcmp(k->s->layer[i].code, l->code) == 0)
            field_rows(k, &k->s->layer[i]);
    if (gt_table_rows(k->t) == 0)
        gt_warn(k->c->work,
                OPS_SAY(k->c,
                        "the fields of %s (%s) are not known: its structure can only be "
                        "warned about",
                        "图层 %s（%s）的字段未掌握，其结构只能作警告"),
                l->code, l->title);
    return GT_OK;
}

static enum gt_status show_domains(struct look *k, struct gt_err *err)
{
    static const struct head h[] = {
        {"domain", "code list", "代码表"}, {"title", "title", "名称"},
        {"code", "code", "代码"},          {"name", "name", "含义"},
        {"complete", "complete", "完整"},  {"evidence", "evidence", "证据"}};
    begin(k, h, GT_LEN(h));
    basis(k, "domains.yaml");
    for (size_t i = 0; i < k->s->n_domains; i++) {
        const struct gt_domain *d = &k->s->domain[i];
        if (k->of && strcmp(k->of, d->id) != 0)
            continue;
        if (k->of) {
            k->source = d->source;
            k->note = "";
            k->evidence = d->evidence;
        }
        for (size_t j = 0; j < d->n; j++)
            row(k,
                (const char *const[]){d->id, gt_text2(d->title, k->c->lang), d->code[j], d->name[j],
                                      d->complete ? "yes" : "no", gt_evidence_name(d->evidence)});
    }
    if (gt_table_rows(k->t) > 0)
        return GT_OK;
    return gt_fail(err, GT_ENOTFOUND, "standard domains: no code list '%.60s'", k->of);
}

static enum gt_status show_units(struct look *k, struct gt_err *err)
{
    static const struct head h[] = {{"code", "code", "代码"},
                                    {"name", "name", "名称"},
                                    {"level", "level", "级别"},
                                    {"parent", "parent", "上级"}};
    begin(k, h, GT_LEN(h));
    basis(k, "units.csv");
    for (size_t i = 0; i < k->s->n_units; i++) {
        const struct gt_unit_code *u = &k->s->unit[i];
        if (!k->of || strcmp(k->of, u->code) == 0 || strcmp(k->of, u->parent) == 0)
            row(k, (const char *const[]){u->code, u->name, u->level, u->parent});
    }
    if (gt_table_rows(k->t) > 0)
        return GT_OK;
    return gt_fail(err, GT_ENOTFOUND, "standard units: no unit '%.60s'", k->of);
}

static enum gt_status show_tables(struct look *k, struct gt_err *err)
{
    static const struct head h[] = {{"file", "file", "文件"},     {"title", "title", "名称"},
                                    {"rows", "rows", "行数"},     {"evidence", "evidence", "证据"},
                                    {"source", "source", "出处"}, {"note", "note", "说明"}};
    (void)err;
    begin(k, h, GT_LEN(h));
    for (size_t i = 0; i < k->s->n_tables; i++) {
        const struct gt_standard_table *t = &k->s->table[i];
        row(k, (const char *const[]){t->file, gt_text2(t->title, k->c->lang),
                                     number(k->c->a, (int)t->rows), gt_evidence_name(t->evidence),
                                     t->source, t->note});
    }
    return GT_OK;
}

/* ---- The operation --------------------------------------------------------------------------- */

static const char *const subjects[] = {"classes", "map",   "layers", "fields",
                                       "domains", "units", "tables", NULL};
static enum gt_status (*const show[])(struct look *k, struct gt_err *err) = {
    show_classes, show_map, show_layers, show_fields, show_domains, show_units, show_tables};

static void answer(struct look *k)
{
    struct gt_call *c = k->c;
    gt_json_add_str(c->result, "hash", k->s->hash);
    gt_json_add_str(c->result, "source", k->source);
    gt_json_add_str(c->result, "evidence", k->source[0] ? gt_evidence_name(k->evidence) : NULL);
    gt_json_add_str(c->result, "note", k->note);
    gt_table_to_json(k->t, gt_json_add_arr(c->result, "rows"));
    gt_buf_add(&c->text, gt_table_to_text(c->a, k->t, c->lang));
    if (k->source[0])
        gt_buf_addf(&c->text, OPS_SAY(c, "source: %s [%s]\n", "出处：%s［%s］\n"), k->source,
                    gt_evidence_title(k->evidence, c->lang));
    if (k->note[0])
        gt_buf_addf(&c->text, OPS_SAY(c, "note: %s\n", "说明：%s\n"), k->note);
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    struct look k = {.c = c, .of = gt_arg_text(c, "of", NULL), .source = "", .note = ""};
    const char *dir = gt_rules_dir(c->a, err), *what = gt_arg_text(c, "what", "");
    size_t i = 0;
    if (!dir)
        return err ? err->status : GT_ENOTFOUND;
    GT_TRY(gt_standard_load(c->a, dir, &k.s, err));
    gt_json_add_str(c->result, "what", what);
    while (strcmp(subjects[i], what) != 0)
        i++;
    GT_TRY(show[i](&k, err));
    answer(&k);
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "what",
     .kind = GT_P_CHOICE,
     .metavar = "classes|map|layers|fields|domains|units|tables",
     .choices = subjects,
     .position = true,
     .required = true,
     .help = {"what to look up", "查询的内容"}},
    {.name = "of",
     .kind = GT_P_TEXT,
     .metavar = "CODE",
     .position = true,
     .help =
         {"of classes: the system; of map: a survey class; of layers: a set; of fields: a "
          "layer; of domains: a code list; of units: a unit",
          "地类：体系；对应：三调地类；图层：图层集；字段：图层；代码表：代码表名；行政区：代码"}},
    {.name = NULL},
};

const struct gt_op ops_record_standard = {
    .path = "standard",
    .title = {"Look up the data standards", "查询数据标准"},
    .help =
        {"Shows the tables of the data standards that imports, conversions and checks work with: "
         "land classes of both systems with their big classes and colours, how survey classes map "
         "to planning classes, layers by level of plan with M, C and O, the fields of a layer, "
         "code lists, administrative units, and where each table comes from and how sure it is.",
         "查询导入、基数转换和质检所依据的数据标准：两套地类及其三大类和颜色、三调地类与规划地类的"
         "对应、各级规划的图层及约束、图层字段、代码表、行政区，以及各表的出处和证据等级。"},
    .clause = "",
    .examples = "guotu standard fields DLTB\n"
                "guotu standard layers county-whole\n"
                "guotu standard map 05H1 --json",
    .effect = GT_READS,
    .no_workspace = true,
    .params = params,
    .run = run,
};
