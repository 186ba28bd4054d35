/* main.c: the program guotu. */
#include "guotu/cli.h"

int main(int argc, char **argv)
{
    return gt_cli_main(argc, argv);
}
