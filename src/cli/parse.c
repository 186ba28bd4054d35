/* parse.c: a command line, taken apart by the tables of parameters. */
#include "guotu/cli.h"

#include <string.h>

struct parser {
    struct gt_arena *a;
    struct gt_cli_request *request;
    GT_VEC(struct gt_arg) args;
    const char *const *argv;
    int argc, at;     /* at: the word that is read next */
    size_t positions; /* arguments taken so far */
    struct gt_err *err;
};

/* An option as it was written, and what it stands for. */
struct option {
    const char *written; /* "--fill-voids" */
    const struct gt_param *param;
    bool common;
    const char *value; /* behind "=" or the letter; NULL: none */
};

static const struct gt_param *by_name(const struct gt_param *params, const char *name)
{
    for (const struct gt_param *p = params; p && p->name; p++) {
        if (!p->position && strcmp(p->name, name) == 0)
            return p;
    }
    return NULL;
}

static const struct gt_param *by_letter(const struct gt_param *params, char letter)
{
    for (const struct gt_param *p = params; p && p->name; p++) {
        if (p->letter == letter)
            return p;
    }
    return NULL;
}

static enum gt_status unknown_option(struct parser *p, const char *written)
{
    const struct gt_op *op = p->request->op;
    const struct gt_param *tables[] = {op ? op->params : NULL, gt_common_params()};
    GT_VEC(const char *) names = {0};
    for (size_t i = 0; i < GT_LEN(tables); i++) {
        for (const struct gt_param *q = tables[i]; q && q->name; q++) {
            if (!q->position)
                *GT_PUSH(p->a, &names) = q->name;
        }
    }
    const char *near = gt_nearest(written + strspn(written, "-"), names.v, names.n);
    if (near)
        return gt_fail(p->err, GT_EUSE, "no option '%.60s'; did you mean '--%s'?", written, near);
    if (!op)
        return gt_fail(p->err, GT_EUSE,
                       "no option '%.60s'; the options of an operation stand behind its name",
                       written);
    return gt_fail(p->err, GT_EUSE, "no option '%.60s'; 'guotu help %s' lists the options", written,
                   op->path);
}

/* The operation's own options hide common ones of the same name. */
static enum gt_status find_option(struct parser *p, const char *word, struct option *out)
{
    const struct gt_param *own = p->request->op ? p->request->op->params : NULL;
    *out = (struct option){.written = word};
    if (word[1] != '-') {
        out->written = gt_strndup(p->a, word, 2);
        out->param = by_letter(own, word[1]);
        out->common = !out->param;
        if (out->common)
            out->param = by_letter(gt_common_params(), word[1]);
        out->value = word[2] ? word + 2 + (word[2] == '=') : NULL;
    } else {
        size_t n = strcspn(word, "=");
        out->written = gt_strndup(p->a, word, n);
        out->param = by_name(own, out->written + 2);
        out->common = !out->param;
        if (out->common)
            out->param = by_name(gt_common_params(), out->written + 2);
        out->value = word[n] ? word + n + 1 : NULL;
    }
    return out->param ? GT_OK : unknown_option(p, out->written);
}

static enum gt_status take_common(struct parser *p, const struct option *o)
{
    struct gt_cli_request *r = p->request;
    const char *name = o->param->name;
    GT_TRY(gt_param_check(p->a, o->param, o->value, p->err));
    if (strcmp(name, "workspace") == 0) {
        if (r->workspace)
            return gt_fail(p->err, GT_EUSE, "expected %s once, found it twice", o->written);
        r->workspace = o->value;
    } else if (strcmp(name, "lang") == 0) {
        r->lang = strcmp(o->value, "zh") == 0 ? GT_ZH : GT_EN;
    } else if (strcmp(name, "threads") == 0) {
        int64_t threads = 0;
        r->threads = gt_parse_int(o->value, &threads) ? (int)threads : 0;
    } else if (strcmp(name, "json") == 0) {
        r->json = true;
    } else if (strcmp(name, "quiet") == 0) {
        r->quiet = true;
    } else if (strcmp(name, "help") == 0) {
        r->help = true;
    } else {
        r->version = true;
    }
    return GT_OK;
}

static enum gt_status take_option(struct parser *p, const char *word)
{
    struct option o;
    GT_TRY(find_option(p, word, &o));
    if (o.param->kind == GT_P_FLAG) {
        if (o.value)
            return gt_fail(p->err, GT_EUSE, "%s takes no value, found '%.60s'", o.written, o.value);
        o.value = "true";
    } else if (!o.value) {
        bool more = p->at < p->argc && strncmp(p->argv[p->at], "--", 2) != 0;
        if (!more)
            return gt_fail(p->err, GT_EUSE, "%s: expected %s behind it, found none", o.written,
                           o.param->metavar);
        o.value = p->argv[p->at++];
    }
    if (o.common)
        return take_common(p, &o);
    *GT_PUSH(p->a, &p->args) = (struct gt_arg){o.param->name, o.value};
    return GT_OK;
}

static enum gt_status take_argument(struct parser *p, const char *word)
{
    struct gt_cli_request *r = p->request;
    if (!r->op) {
        r->op = gt_op_find(word);
        return r->op ? GT_OK : gt_op_unknown(word, p->err);
    }
    size_t i = 0;
    const struct gt_param *taken = NULL;
    for (const struct gt_param *q = r->op->params; q->name; q++) {
        if (!q->position)
            continue;
        if (i == p->positions || (q->repeated && i < p->positions))
            taken = q;
        i++;
    }
    if (!taken)
        return gt_fail(p->err, GT_EUSE,
                       "expected %zu argument%s, found one more: '%.60s'; 'guotu help %s' shows "
                       "the usage",
                       i, i == 1 ? "" : "s", word, r->op->path);
    p->positions++;
    *GT_PUSH(p->a, &p->args) = (struct gt_arg){taken->name, word};
    return GT_OK;
}

/* An error must be told in JSON too where --json comes behind it. */
static void look_for_json(struct parser *p)
{
    for (int i = p->at; i < p->argc && strcmp(p->argv[i], "--") != 0; i++) {
        if (strcmp(p->argv[i], "--json") == 0)
            p->request->json = true;
    }
}

enum gt_status gt_cli_parse(struct gt_arena *a, int argc, const char *const *argv,
                            struct gt_cli_request *request, struct gt_err *err)
{
    struct parser p = {.a = a, .request = request, .argv = argv, .argc = argc, .err = err};
    bool options = true;
    while (p.at < argc) {
        const char *word = argv[p.at++];
        if (options && strcmp(word, "--") == 0) {
            options = false;
            continue;
        }
        bool option = options && word[0] == '-' && word[1];
        enum gt_status status = option ? take_option(&p, word) : take_argument(&p, word);
        if (status != GT_OK) {
            look_for_json(&p);
            return status;
        }
    }
    request->args = p.args.v;
    request->n_args = p.args.n;
    if (!request->op && !request->help && !request->version)
        return gt_fail(err, GT_EUSE,
                       "expected an operation, found none; 'guotu help' lists all of them");
    return GT_OK;
}

enum gt_lang gt_cli_lang(const char *lc_all, const char *lc_messages, const char *lang)
{
    const char *const set[] = {lc_all, lc_messages, lang};
    for (size_t i = 0; i < GT_LEN(set); i++) {
        if (set[i] && set[i][0])
            return gt_starts(set[i], "zh") ? GT_ZH : GT_EN;
    }
    return GT_EN;
}
