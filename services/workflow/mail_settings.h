/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_settings - what the settings say about the mail server and whom it may write to.
 *
 * What is wrong in them is found before anything is sent: ERR_FATAL with the setting's name and the
 * remedy, which ends the program with exit code 78.
 *
 * Threading: loop thread only.
 */
#ifndef UPTAKE_WORKFLOW_MAIL_SETTINGS_H
#define UPTAKE_WORKFLOW_MAIL_SETTINGS_H

#include "mail.h"
#include "runtime/config.h"

enum { MAIL_PASSWORD_TEXT = 512 };

/* Rows of the settings table. */
#define MAIL_CONFIG_ROWS                                                                           \
    {"smtp_url",                                                                                   \
     CONFIG_TEXT,                                                                                  \
     "smtp://127.0.0.1:25",                                                                        \
     "mail server: smtp://HOST:PORT, or smtps:// for TLS from the first byte",                     \
     0,                                                                                            \
     0},                                                                                           \
        {"smtp_tls", CONFIG_TEXT,                                                                  \
         "optional", "STARTTLS: none, optional (not proven who answers) or required (proven)",     \
         0,          0},                                                                           \
        {"smtp_ca_file",                                                                           \
         CONFIG_TEXT,                                                                              \
         "",                                                                                       \
         "certificates that vouch for the mail server; empty: the system's",                       \
         0,                                                                                        \
         0},                                                                                       \
        {"smtp_user", CONFIG_TEXT, "", "account at the mail server; empty: no login", 0, 0},       \
        {"smtp_password_file", CONFIG_TEXT, "", "file with its password, mode 0600", 0, 0},        \
        {"smtp_connections",  CONFIG_INT, "4", "connections to the mail server at once", 1,        \
         MAIL_CONNECTIONS_MAX},                                                                    \
        {"mail_from", CONFIG_TEXT, "uptake@localhost", "sender's address of the mails", 0, 0},     \
    {                                                                                              \
        "mail_domains", CONFIG_TEXT, "",                                                           \
            "domains mail may go to, with commas; .example.org: all below; empty: all", 0, 0       \
    }

/* Fills url, from, tls, ca_file, user, password and connections; password: the caller's room. */
MUST_CHECK bool mail_settings(const struct config *config, char password[MAIL_PASSWORD_TEXT],
                              struct mail_options *options, struct err *err);

/* ERR_REJECT RECIPIENT_NOT_ALLOWED: the address lies in none of the domains. */
MUST_CHECK bool mail_domain_check(const char *domains, const char *address, struct err *err);

#endif
