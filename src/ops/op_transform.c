/* op_transform.c: the workspace's register of parameters from old datums to new ones. */
#include "transform.h"

#include <math.h>
#include <string.h>

/* ---- Arguments ---- */

static enum gt_status read_kind(struct gt_call *c, struct gt_shift *s, struct gt_err *err)
{
    const char *kind = gt_arg_text(c, "kind", NULL);
    if (!kind)
        return gt_fail(err, GT_EUSE,
                       "expected --kind plane (four parameters), position-vector or "
                       "coordinate-frame (seven), found none");
    for (int k = 0; k < GT_SHIFT_KINDS; k++)
        if (strcmp(kind, gt_shift_name((enum gt_shift_kind)k)) == 0)
            s->kind = (enum gt_shift_kind)k;
    return GT_OK;
}

static enum gt_status read_crs(struct gt_call *c, const char *name, const struct gt_crs **out,
                               struct gt_err *err)
{
    const char *text = gt_arg_text(c, name, NULL);
    if (!text)
        return gt_fail(err, GT_EUSE, "expected --%s CRS, such as EPSG:2353, found none", name);
    if (gt_crs_parse(c->a, text, out, err) != GT_OK)
        return gt_wrap(err, "--%s", name);
    return GT_OK;
}

/* Where PROJ knows the way already, parameters of one's own are most likely a mistake. */
static enum gt_status warn_known(struct gt_call *c, const struct gt_shift *s)
{
    struct gt_xform *way;
    struct gt_err none = {0};
    if (gt_xform_new(c->a, s->from, s->to, &way, &none) == GT_OK)
        gt_warn(c->work,
                OPS_SAY(c, "from %s to %s no parameters are needed: imports do it without",
                        "%s 至 %s 不需要转换参数，可直接导入"),
                s->from->name, s->to->name);
    return GT_OK;
}

static enum gt_status fit(struct gt_call *c, const char *path, struct gt_transform *t,
                          struct gt_err *err)
{
    const struct gt_control *control;
    struct gt_shift_fit f;
    struct gt_buf gross = {.a = c->a};
    size_t n;
    GT_TRY(gt_control_read(c->a, path, &control, &n, err));
    if (gt_shift_fit(c->a, &t->shift, control, n, &f, err) != GT_OK)
        return gt_wrap(err, "%s", path);
    for (size_t i = 0; i < n; i++)
        if (f.residual[i].gross)
            gt_buf_addf(&gross, "%s%s", gross.n ? ", " : "", control[i].name);
    if (gross.n)
        gt_warn(c->work,
                OPS_SAY(c, "points whose residual is beyond three sigma: %s",
                        "残差超过三倍中误差的点：%s"),
                gross.p);
    if (f.redundancy == 0)
        gt_warn(c->work,
                OPS_SAY(c, "%zu points leave nothing to check the parameters by: add more",
                        "%zu 个控制点没有多余观测，无法检核，请增加控制点"),
                n);
    t->shift = f.shift;
    t->fit = transform_fit_text(c->a, &f, control);
    return GT_OK;
}

static enum gt_status read_transform(struct gt_call *c, struct gt_transform *t, struct gt_err *err)
{
    const char *given = gt_arg_text(c, "parameters", NULL);
    const char *control = gt_arg_text(c, "control", NULL);
    GT_TRY(read_kind(c, &t->shift, err));
    GT_TRY(read_crs(c, "from", &t->shift.from, err));
    GT_TRY(read_crs(c, "to", &t->shift.to, err));
    t->shift.height_m = gt_arg_num(c, "height", 0);
    t->source = gt_arg_text(c, "source", "");
    t->grade = gt_arg_text(c, "grade", "");
    t->fit = "";
    if (!t->source[0])
        return gt_fail(err, GT_EUSE,
                       "expected --source, who gave the parameters or the control points and when, "
                       "found none");
    if (!given == !control)
        return gt_fail(err, GT_EUSE, "expected either --parameters or --control, found %s",
                       given ? "both" : "neither");
    if (t->shift.kind == GT_SHIFT_PLANE)
        GT_TRY(gt_shift_check(&t->shift, err));
    GT_TRY(given ? transform_parameters(c->a, given, &t->shift, err) : fit(c, control, t, err));
    return warn_known(c, &t->shift);
}

/* ---- Answers ---- */

static enum gt_status entry_json(struct gt_call *c, const struct gt_transform *t,
                                 struct gt_json *in, struct gt_err *err)
{
    GT_TRY(ops_transform_json(c, t, in, err));
    struct gt_json *obj = gt_json_get(in, "transform");
    gt_json_add_str(obj, "created", t->created);
    if (gt_arg_flag(c, "show"))
        transform_parameters_json(obj, &t->shift);
    return GT_OK;
}

static void say_parameters(struct gt_call *c, const struct gt_shift *s)
{
    char number[32];
    for (int i = 0; i < gt_shift_parameters(s->kind); i++)
        gt_buf_addf(&c->text, "%s%s=%s", i ? "," : "  ", gt_shift_parameter(s->kind, i),
                    gt_fmt_num(s->p[i], number));
    gt_buf_addf(&c->text, OPS_SAY(c, "; height %s m\n", "；大地高 %s m\n"),
                gt_fmt_num(s->height_m, number));
}

static enum gt_status say_entry(struct gt_call *c, const struct gt_transform *t, bool residuals,
                                struct gt_err *err)
{
    struct gt_json *fit_found;
    GT_TRY(transform_fit_json(c->a, t, &fit_found, err));
    gt_buf_addf(&c->text, OPS_SAY(c, "%s: %s, %s to %s; %s (%s)\n", "%s：%s，%s 至 %s；%s（%s）\n"),
                t->name, gt_shift_name(t->shift.kind), t->shift.from->name, t->shift.to->name,
                t->source, ops_grade_title(t->grade, c->lang));
    if (fit_found && residuals)
        transform_say_fit(c, fit_found);
    if (gt_arg_flag(c, "show"))
        say_parameters(c, &t->shift);
    return GT_OK;
}

/* ---- Actions ---- */

static enum gt_status run_add(struct gt_call *c, struct gt_store *s, const char *name,
                              struct gt_err *err)
{
    struct gt_transform t = {.name = name};
    const struct gt_transform *kept;
    GT_TRY(ops_check_id("name", name, err));
    GT_TRY(read_transform(c, &t, err));
    GT_TRY(gt_store_transform_add(s, &t, err));
    GT_TRY(gt_store_transform(s, c->a, name, &kept, err));
    GT_TRY(entry_json(c, kept, c->result, err));
    return say_entry(c, kept, true, err);
}

static enum gt_status run_list(struct gt_call *c, struct gt_store *s, const char *name,
                               struct gt_err *err)
{
    const struct gt_transform *all, *one;
    size_t n, listed = 0;
    if (name)
        GT_TRY(gt_store_transform(s, c->a, name, &one, err));
    GT_TRY(gt_store_transforms(s, c->a, &all, &n, err));
    struct gt_json *arr = gt_json_add_arr(c->result, "transforms");
    for (size_t i = 0; i < n; i++) {
        if (name && strcmp(all[i].name, name) != 0)
            continue;
        struct gt_json *holder = gt_json_obj(c->a);
        GT_TRY(entry_json(c, &all[i], holder, err));
        gt_json_add_copy(arr, NULL, gt_json_get(holder, "transform"));
        GT_TRY(say_entry(c, &all[i], name != NULL, err));
        listed++;
    }
    if (!listed)
        gt_buf_add(&c->text, OPS_SAY(c, "no transformation is registered\n", "没有登记转换参数\n"));
    return GT_OK;
}

static enum gt_status run_remove(struct gt_call *c, struct gt_store *s, const char *name,
                                 struct gt_err *err)
{
    GT_TRY(gt_store_transform_remove(s, name, err));
    gt_json_add_str(c->result, "removed", name);
    gt_buf_addf(&c->text, OPS_SAY(c, "%s: removed\n", "%s：已移除\n"), name);
    return GT_OK;
}

/* What only `add` takes. */
static enum gt_status check_options(const struct gt_call *c, bool add, struct gt_err *err)
{
    static const char *const names[] = {"kind",    "from",   "to",    "parameters",
                                        "control", "height", "source"};
    for (size_t i = 0; !add && i < GT_LEN(names); i++)
        if (gt_arg_count(c, names[i]) > 0)
            return gt_fail(err, GT_EUSE, "--%s is for 'transform add' only", names[i]);
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    const char *action = gt_arg_text(c, "action", ""), *name = gt_arg_text(c, "name", NULL);
    bool list = strcmp(action, "list") == 0, add = strcmp(action, "add") == 0;
    GT_TRY(check_options(c, add, err));
    if (!list && !name)
        return gt_fail(err, GT_EUSE, "transform %s: expected the name of a transformation", action);
    GT_TRY(ops_open(c, list ? GT_STORE_READ : GT_STORE_WRITE, &store, err));
    gt_json_add_str(c->result, "action", action);
    return list  ? run_list(c, store, name, err)
           : add ? run_add(c, store, name, err)
                 : run_remove(c, store, name, err);
}

static const char *const actions[] = {"add", "list", "remove", NULL};
static const char *const grades[] = {"public",        "internal",   "secret",
                                     "highly-secret", "top-secret", NULL};
static const char *const kinds[] = {
#define NAME(e, name, n) name,
    GT_SHIFT_TABLE(NAME)
#undef NAME
        NULL};

static const struct gt_param params[] = {
    {.name = "action",
     .kind = GT_P_CHOICE,
     .metavar = "add|list|remove",
     .choices = actions,
     .position = true,
     .required = true,
     .help = {"add one, list them (or one, with its residuals), remove one",
              "add：登记；list：列出（给出名称时列出其残差）；remove：移除"}},
    {.name = "name",
     .kind = GT_P_TEXT,
     .metavar = "NAME",
     .position = true,
     .help = {"what imports call it", "名称，导入时以此引用"}},
    {.name = "kind",
     .kind = GT_P_CHOICE,
     .metavar = "KIND",
     .choices = kinds,
     .help = {"plane: four parameters between two projections; position-vector, coordinate-frame: "
              "seven in space, by the sign of their rotations",
              "plane：平面四参数；position-vector、coordinate-frame：空间七参数，按旋转角符号约定区"
              "分"}},
    {.name = "from",
     .kind = GT_P_TEXT,
     .metavar = "CRS",
     .help = {"the old system, such as EPSG:2353 (Xi'an 1980, zone 29 of 3 degrees)",
              "原坐标系，例如 EPSG:2353（1980西安坐标系3度带第29带）"}},
    {.name = "to",
     .kind = GT_P_TEXT,
     .metavar = "CRS",
     .help = {"the new system, such as EPSG:4517", "目标坐标系，例如 EPSG:4517"}},
    {.name = "parameters",
     .kind = GT_P_TEXT,
     .metavar = "NAME=V,...",
     .help = {"plane: de,dn (m), rotation (seconds of arc, counter-clockwise on the map), scale "
              "(ppm); else tx,ty,tz (m), rx,ry,rz (seconds of arc), scale (ppm)",
              "plane：de、dn（米）、rotation（角秒，图上逆时针为正）、scale（ppm）；其他："
              "tx、ty、tz（米）、rx、ry、rz（角秒）、scale（ppm）"}},
    {.name = "control",
     .kind = GT_P_FILE_IN,
     .metavar = "FILE.csv",
     .help =
         {"points known in both systems: name, from_x, from_y, to_x, to_y (x to the east; from_h "
          "and to_h are heights above the ellipsoids); the parameters are fitted",
          "两套坐标都已知的控制点：name、from_x、from_y、to_x、to_y（x 向东；from_h、to_h "
          "为大地高），由其解算参数"}},
    {.name = "height",
     .kind = GT_P_NUMBER,
     .metavar = "M",
     .unit = "m",
     .help = {"seven parameters: height of the ground above the old ellipsoid (0)",
              "七参数：测区在原椭球上的平均大地高（缺省 0）"}},
    {.name = "source",
     .kind = GT_P_TEXT,
     .metavar = "TEXT",
     .help = {"who gave the parameters or the control points, and when",
              "参数或控制点的来源和日期"}},
    {.name = "grade",
     .kind = GT_P_CHOICE,
     .metavar = "GRADE",
     .choices = grades,
     .fallback = "secret",
     .help = {"security grade of the parameters", "参数的密级"}},
    {.name = "show",
     .kind = GT_P_FLAG,
     .help = {"print the parameters, which may be a state secret", "显示参数（可能涉密）"}},
    {.name = NULL},
};

const struct gt_op ops_record_transform = {
    .path = "transform",
    .title = {"Register transformations from old datums", "登记旧坐标系的转换参数"},
    .help =
        {"Keeps parameters from Xi'an 1980, Beijing 1954 or a local system to CGCS2000 in the "
         "workspace; `import --transform NAME` uses them. They are given by the surveying "
         "authority, or fitted here from points that are known in both systems, by least squares "
         "with residuals by point. Between those old datums and CGCS2000 nothing is guessed: "
         "without parameters an import is refused. Parameters may be a state secret and are not "
         "printed unless --show asks for them. Heights matter in space: on a plateau give "
         "--height.",
         "在工作空间中登记 1980 西安坐标系、1954 北京坐标系或地方坐标系到 CGCS2000 的转换参数，"
         "供 import --transform 使用。参数由测绘主管部门提供，或由两套坐标都已知的控制点按最小二乘"
         "解算，并给出各点残差。没有参数时拒绝导入，不作任何猜测。参数可能涉密，除非使用 --show，"
         "不予显示。高原地区使用七参数时应给出 --height。"},
    .clause = "",
    .examples = "guotu -w county transform add xian80 --kind plane --from EPSG:2353 --to EPSG:4517 "
                "--control points.csv --source \"survey bureau, 2019\"\n"
                "guotu -w county transform list xian80\n"
                "guotu -w county import county old.shp --transform xian80",
    .effect = GT_WRITES,
    .params = params,
    .run = run,
};
