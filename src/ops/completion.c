/* completion.c: a completion script for bash, from the records. Datasets are asked of the program
 * itself, which starts quickly enough for that. */
#include "guotu/ops.h"

#include <string.h>

static void add_names(struct gt_buf *b, const struct gt_param *params)
{
    for (const struct gt_param *p = params; p->name; p++) {
        if (!p->position)
            gt_buf_addf(b, " --%s", p->name);
    }
}

/* A text that may name a dataset as well says so in its metavar: LAYER|FIELD. */
static bool names_layer(const struct gt_param *p)
{
    return p->kind == GT_P_TEXT && p->metavar && strncmp(p->metavar, "LAYER|", 6) == 0;
}

/* The bash that completes a parameter's value. */
static void add_value(struct gt_buf *b, const struct gt_param *p)
{
    switch (p->kind) {
    case GT_P_CHOICE:
        gt_buf_add(b, "_guotu_words \"");
        for (size_t i = 0; p->choices[i]; i++)
            gt_buf_addf(b, "%s%s", i ? " " : "", p->choices[i]);
        gt_buf_add(b, "\"");
        return;
    case GT_P_DATASET: gt_buf_add(b, "_guotu_datasets"); return;
    case GT_P_DIR: gt_buf_add(b, "_guotu_folders"); return;
    case GT_P_FILE_IN:
    case GT_P_FILE_OUT: gt_buf_add(b, "_guotu_files"); return;
    case GT_P_FLAG:
    case GT_P_POINT:
    case GT_P_KEYVALUE:
    case GT_P_NUMBER:
    case GT_P_INTEGER:
    case GT_P_TEXT:
    case GT_P_EXPRESSION: break;
    }
    gt_buf_add(b, names_layer(p) ? "_guotu_datasets" : ":");
}

/* case lines: what follows an option that takes a value. */
static void add_options(struct gt_buf *b, const char *path, const struct gt_param *params)
{
    for (const struct gt_param *p = params; p->name; p++) {
        if (p->position || p->kind == GT_P_FLAG)
            continue;
        gt_buf_addf(b, "        %s:--%s", path, p->name);
        if (p->letter)
            gt_buf_addf(b, " | %s:-%c", path, p->letter);
        gt_buf_add(b, ") ");
        add_value(b, p);
        gt_buf_add(b, "; return ;;\n");
    }
}

/* case line: an operation's options, and its positions in their order; the last repeats. */
static void add_operation(struct gt_buf *b, const struct gt_op *op)
{
    gt_buf_addf(b, "        %s)\n            options=\"", op->path);
    add_names(b, op->params);
    gt_buf_add(b, "\"\n            case $position in\n");
    const struct gt_param *last = NULL;
    int at = 0;
    for (const struct gt_param *p = op->params; p->name; p++) {
        if (!p->position)
            continue;
        gt_buf_addf(b, "            %d) value='", at++);
        add_value(b, p);
        gt_buf_add(b, "' ;;\n");
        last = p;
    }
    if (last && last->repeated) {
        gt_buf_add(b, "            *) value='");
        add_value(b, last);
        gt_buf_add(b, "' ;;\n");
    }
    gt_buf_add(b, "            esac ;;\n");
}

static const char *const helpers =
    "# bash completion for guotu; made by `guotu ops --completion bash`.\n"
    "_guotu_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }\n"
    "_guotu_files() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); }\n"
    "_guotu_folders() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); }\n"
    "_guotu_datasets() {\n"
    "    _guotu_words \"$(\"${COMP_WORDS[0]}\" -w \"$workspace\" catalog --ids 2>/dev/null)\"\n"
    "}\n";

void gt_ops_completion(struct gt_buf *b)
{
    size_t n;
    const struct gt_op *const *ops = gt_ops(&n);
    gt_buf_add(b, helpers);
    gt_buf_add(b, "_guotu() {\n"
                  "    local cur=${COMP_WORDS[COMP_CWORD]} previous='' op='' workspace=.\n"
                  "    local position=0 options='' value=: word i\n"
                  "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                  "        word=${COMP_WORDS[i]}\n"
                  "        case $previous:$word in\n"
                  "        -w:* | --workspace:*) workspace=$word previous='' ;;\n"
                  "        *:-*) previous=$word ;;\n"
                  "        :*) [[ -n $op ]] && ((++position)) || op=$word ;;\n"
                  "        *) previous='' ;;\n"
                  "        esac\n"
                  "        case $previous in\n        ");
    /* Flags take no value: what follows them is an argument. */
    for (const struct gt_param *p = gt_common_params(); p->name; p++) {
        if (p->kind == GT_P_FLAG)
            gt_buf_addf(b, "--%s | ", p->name);
    }
    for (size_t i = 0; i < n; i++) {
        for (const struct gt_param *p = ops[i]->params; p->name; p++) {
            if (p->kind == GT_P_FLAG)
                gt_buf_addf(b, "--%s | ", p->name);
        }
    }
    gt_buf_add(b, "-q | -h) previous='' ;;\n        esac\n    done\n    case $op:$previous in\n");
    for (size_t i = 0; i < n; i++)
        add_options(b, ops[i]->path, ops[i]->params);
    add_options(b, "*", gt_common_params());
    gt_buf_add(b, "    esac\n    case $op in\n        '') value='_guotu_words \"");
    for (size_t i = 0; i < n; i++)
        gt_buf_addf(b, "%s%s", i ? " " : "", ops[i]->path);
    gt_buf_add(b, "\"' ;;\n");
    for (size_t i = 0; i < n; i++)
        add_operation(b, ops[i]);
    gt_buf_add(b, "    esac\n    if [[ $cur == -* ]]; then\n        _guotu_words \"$options");
    add_names(b, gt_common_params());
    gt_buf_add(b, "\"\n    else\n        eval \"$value\"\n    fi\n}\n"
                  "complete -F _guotu guotu\n");
}
