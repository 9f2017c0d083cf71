/* SPDX-License-Identifier: Apache-2.0 */
#include "http_parts.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool split_listen(const char *text, char host[64], char port[8])
{
    const char *colon = strrchr(text, ':');
    size_t len;

    if (!colon || strlen(colon + 1) == 0 || strlen(colon + 1) > 5)
        return false;
    len = (size_t)(colon - text);
    if (len > 1 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (len == 0 || len >= 64)
        return false;
    memcpy(host, text, len);
    host[len] = '\0';
    strcpy(port, colon + 1);
    return strspn(port, "0123456789") == strlen(port) && strtol(port, NULL, 10) <= 65535;
}

static bool bind_refused(const char *where, int reason, struct err *err)
{
    if (reason == EADDRINUSE)
        return err_set(err, ERR_RETRY, "PORT_IN_USE", where,
                       "another program listens there; stop it or set another address:port");
    return err_set(err, ERR_FATAL, "CANNOT_LISTEN", where,
                   "%s; choose an address of this machine and a port we may open",
                   strerror(reason));
}

static int listen_on(const struct addrinfo *address, const char *where, struct err *err)
{
    const int on = 1;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int reason;

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, SOMAXCONN) != 0) {
        reason = errno;
        if (fd >= 0)
            close(fd);
        bind_refused(where, reason, err);
        return -1;
    }
    return fd;
}

int http_listen(const char *where, struct err *err)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    struct addrinfo *address = NULL;
    char host[64], port[8];
    int fd;

    if (!split_listen(where, host, port) || getaddrinfo(host, port, &hints, &address) != 0) {
        err_set(err, ERR_FATAL, "CONFIG_BAD_VALUE", where,
                "expected a numeric address and a port, e.g. 127.0.0.1:7480");
        return -1;
    }
    fd = listen_on(address, where, err);
    freeaddrinfo(address);
    return fd;
}

int http_listen_port(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof(address);

    getsockname(fd, (struct sockaddr *)&address, &len);
    if (address.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}
