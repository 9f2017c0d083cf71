/* SPDX-License-Identifier: Apache-2.0 */
/* uptake keys: who may connect and what each may do. */
#include "keys.h"

enum exit_code verb_keys(struct cli *cli, int argc, char **argv)
{
    static const struct command commands[] = {
        {"list", keys_list, "principals with their keys, tokens and grants"},
        {"add", keys_add, "a new principal, with its first key"},
        {"rotate", keys_rotate, "a second key beside the first; --done revokes the older"},
        {"revoke", keys_revoke, "a key is deaf at once, and for ever"},
        {"grant", keys_grant, "what a principal may push and read"},
        {"withdraw", keys_withdraw, "takes that back"},
        {"bootstrap", keys_bootstrap, "key files and first rows of a new register"},
        {"adopt", keys_adopt, "says in the register whom bootstrap let in"},
        {0}};

    return keys_run(cli, commands,
                    "Who may connect and what each may do. A principal is a system or an office;\n"
                    "all but bootstrap are changes of the register, seen in scope audit alone.",
                    argc, argv);
}
