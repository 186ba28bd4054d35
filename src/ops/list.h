/* list.h: the operations, in the order of `guotu help`. OP(NAME) is the record ops_record_NAME in
 * op_NAME.c; this line is all that an operation needs besides its file. */
OP(init)
OP(import)
OP(catalog)
OP(info)
OP(export)
OP(remove)
OP(replay)
OP(run)
OP(plan)
#if __has_include("op_evaluate.c")
OP(evaluate)
#endif
OP(areas)
OP(explain)
#if __has_include("op_sample.c")
OP(sample)
#endif
OP(help)
OP(ops)
