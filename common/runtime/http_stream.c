/* SPDX-License-Identifier: Apache-2.0 */
#include "http_parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { STREAM_BEHIND_MAX = 64 * 1024, STREAM_BLOCK = 4 * 1024 };

static ssize_t on_read(void *ctx, uint64_t at, char *out, size_t room)
{
    struct http_request *request = ctx;
    struct http_stream *stream = request->stream;
    size_t n = stream->len - stream->from;

    (void)at;
    if (n == 0 && stream->ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (n == 0) {
        stream->waiting = true;
        MHD_suspend_connection(request->connection);
        return 0;
    }
    n = n < room ? n : room;
    memcpy(out, stream->bytes + stream->from, n);
    stream->from += n;
    return (ssize_t)n;
}

static void wake(struct http_request *request)
{
    if (!request->stream->waiting)
        return;
    request->stream->waiting = false;
    MHD_resume_connection(request->connection);
    http_kick(request->server);
}

struct http_stream *http_stream_open(struct http_request *request, void (*gone)(void *ctx),
                                     void *ctx)
{
    static const struct http_field fields[] = {{"Cache-Control", "no-store"},
                                               {"X-Accel-Buffering", "no"}};
    struct http_stream *stream = calloc(1, sizeof(*stream));
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, on_read, request, NULL);

    if (!stream || !response || !http_add_fields(response, "text/event-stream", fields, 2)) {
        free(stream);
        if (response)
            MHD_destroy_response(response);
        http_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, NULL, NULL, 0, "", 0);
        return NULL;
    }
    stream->request = request;
    stream->gone = gone;
    stream->ctx = ctx;
    request->gone = NULL;
    request->stream = stream;
    request->response = response;
    request->status = MHD_HTTP_OK;
    http_resume(request);
    return stream;
}

static bool make_room(struct http_stream *stream, size_t len)
{
    size_t room = stream->room ? stream->room : 1024;
    char *bytes;

    if (stream->from > 0)
        memmove(stream->bytes, stream->bytes + stream->from, stream->len - stream->from);
    stream->len -= stream->from;
    stream->from = 0;
    while (room < stream->len + len)
        room *= 2;
    bytes = room == stream->room ? stream->bytes : realloc(stream->bytes, room);
    if (!bytes)
        return false;
    stream->bytes = bytes;
    stream->room = room;
    return true;
}

/* The socket may be full for ever: only shutting it down makes libmicrohttpd look. */
static void cut_off(struct http_request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    request->stream->ended = true;
    request->stream->from = request->stream->len;
    if (info)
        shutdown(info->connect_fd, SHUT_RDWR);
    wake(request);
}

void http_stream_append(struct http_request *request, const void *bytes, size_t len)
{
    struct http_stream *stream = request->stream;

    if (stream->ended)
        return;
    if (stream->len - stream->from + len > STREAM_BEHIND_MAX || !make_room(stream, len)) {
        cut_off(request);
        return;
    }
    memcpy(stream->bytes + stream->len, bytes, len);
    stream->len += len;
    wake(request);
}

void http_stream_end(struct http_request *request)
{
    request->stream->ended = true;
    wake(request);
}

void http_stream_send(struct http_stream *stream, const void *bytes, size_t len)
{
    http_stream_append(stream->request, bytes, len);
}

void http_stream_close(struct http_stream *stream)
{
    http_stream_end(stream->request);
}
